import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { log } from "../gateway/log.ts";
import { startMaster } from "../master/master.ts";
import { parsePort } from "./arguments.ts";
import { spawnNginx } from "./nginx.ts";
import { checkNginxCanEnter, chooseRights } from "./rights.ts";
import { type Stoppable, stopOnSignals } from "./stop_signals.ts";

/** Where nginx.conf's upstream and root are. */
const BIND = "unix:.run/njsgi.sock";
const ROOT = "backend/apps";

/**
 * `start`: the pool, and nginx before it, in the foreground.
 * @param development whether a 500 of either shows its error to clients on this machine
 */
export async function start(development: boolean): Promise<void> {
  const port = parsePort(process.env.PORT);
  process.chdir(join(import.meta.dirname, "../.."));
  checkNginxCanEnter(".");
  mkdirSync(".run", { recursive: true });
  const running: Stoppable[] = [];
  let isStopping = false;
  // nginx, the last to start, is the first to stop: what it has accepted, the pool still answers.
  async function stop(): Promise<void> {
    isStopping = true;
    for (const part of running.toReversed()) await part.stop();
  }
  stopOnSignals({ stop, kill: () => running.forEach((part) => part.kill()) });

  const workers = availableParallelism();
  const { user, rights, socketGid, warning } = chooseRights(ROOT);
  if (warning) log(warning);
  const worker = { served: { roots: [ROOT] }, protocol: "uwsgi" as const, development };
  running.push(await startMaster({ bind: BIND, workers, rights, socketGid, worker }));
  const nginx = spawnNginx(port, development);
  running.push(nginx);
  try {
    await nginx.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  console.log(`njsgi is up: http://127.0.0.1:${port}/hello
  workers  ${workers}, as ${user}
  socket   ${BIND}
  logs     the pool's here, nginx's in .run/error.log and .run/access.log`);
  await nginx.exited;
  if (isStopping) return;
  await stop();
  throw new Error("nginx ended, and so does the pool: see .run/error.log");
}
