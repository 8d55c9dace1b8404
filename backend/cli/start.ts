import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Source } from "../settings/resolve.ts";
import { UsageError } from "./arguments.ts";
import { startInstance } from "./instance.ts";
import { type Nginx, spawnNginx } from "./nginx.ts";
import { rebuildOnChange } from "./rebuild.ts";
import { checkNginxCanEnter } from "./rights.ts";
import { serviceManager } from "./service_manager.ts";

/** Where nginx.conf's upstream and root are. */
const BIND = "unix:.run/njsgi.sock";
const FIXED: Source = {
  bind: { texts: [BIND], origin: "nginx.conf" },
  root: { texts: ["backend/apps"], origin: "nginx.conf" },
};

/** `start`: the pool, and nginx before it, in the foreground. */
export async function start(flags: Source): Promise<void> {
  const port = parsePort(process.env.PORT);
  process.chdir(join(import.meta.dirname, "../.."));
  checkNginxCanEnter(".");
  mkdirSync(".run", { recursive: true });
  const manager = serviceManager();
  const instance = await startInstance(undefined, { ...flags, ...FIXED });
  let nginx: Nginx | undefined;
  let isStopping = false;
  const orders = {
    ...instance,
    // nginx, the last to start, is the first to stop: what it has accepted, the pool still answers.
    async stop() {
      isStopping = true;
      await nginx?.stop();
      await instance.stop();
    },
    // What can't boot changes nothing at the edge either.
    async reload() {
      await instance.reload();
      nginx?.reload();
    },
    kill() {
      instance.kill();
      nginx?.kill();
    },
  };
  nginx = spawnNginx(port, instance.settings.development);
  instance.take(manager.informed(orders));
  try {
    await nginx.ready;
  } catch (error) {
    if (isStopping) return;
    await orders.stop();
    throw error;
  }
  const { reload: edge } = nginx;
  if (instance.settings.reload) rebuildOnChange({ edge, both: orders.reload });
  console.log(`njsgi is up: http://127.0.0.1:${port}/hello
  workers  ${instance.settings.workers}, as ${instance.user}
  socket   ${BIND}
  logs     the pool's here, nginx's in .run/error.log and .run/access.log`);
  manager.ready(`http://127.0.0.1:${port}`);
  await nginx.exited;
  if (isStopping) return;
  await orders.stop();
  throw new Error("nginx ended, and so does the pool: see .run/error.log");
}

/** @param text PORT. @returns 8080 where it is not set */
export function parsePort(text: string | undefined): number {
  if (!text) return 8080;
  if (/^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535) return Number(text);
  throw new UsageError(`PORT is "${text}", want a number from 1 to 65535`);
}
