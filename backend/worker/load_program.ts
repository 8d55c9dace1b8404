import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { nodeListener } from "../adapter/node_listener.ts";
import type { Application } from "../../njs/wsgi/types.ts";
import { type Held, holdListens } from "./listen_takeover.ts";
import { applicationOf, type Exports, load, notExported } from "./load.ts";

/** How long a program that exports nothing may take until it calls `listen()`: it may connect to its database first. */
const LISTEN_TIMEOUT_MS = 30_000;

/**
 * As `loadApplication`, and where the file exports none, the application is what it tells to `listen()`: an HTTP server,
 * which then gets what the pool accepts. Where it exports one, its servers listen as they would.
 * @param address the pool's, `unix:/path` or `host:port`: what such a server says its own is
 */
export async function loadProgram(file: string, name: string | undefined, address: string): Promise<Application> {
  const held = holdListens();
  try {
    const exports = await loadThatListens(file, held, address);
    const application = await applicationOf(file, exports, name);
    if (application) {
      held.release();
      return application;
    }
    const patience = Object.values(exports).every(isEmpty) ? LISTEN_TIMEOUT_MS : 0;
    const server = await Promise.race([held.first, sleep(patience, undefined, { ref: false })]);
    if (!server) throw new Error(`${notExported(file, exports).message}, or a call of listen()`);
    held.take(address);
    return nodeListener(server);
  } catch (error) {
    held.release();
    throw error;
  }
}

/** A file whose top level goes on after a call of `listen()` may wait for it to listen: `await app.listen()`. */
async function loadThatListens(file: string, held: Held, address: string): Promise<Exports> {
  const loading = load(file);
  const isLoaded = await Promise.race([loading.then(() => true), held.first.then(() => nextTurn(false))]);
  if (!isLoaded) held.take(address);
  return loading;
}

/** What a CommonJS program that exports nothing has as its exports. */
function isEmpty(exported: unknown): boolean {
  return typeof exported === "object" && exported !== null && Object.keys(exported).length === 0;
}
