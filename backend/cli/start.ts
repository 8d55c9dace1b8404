import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { availableParallelism } from "node:os";
import { log } from "../gateway/log.ts";
import { startMaster } from "../master/master.ts";
import { parsePort } from "./arguments.ts";
import { startNginx } from "./nginx.ts";
import { chooseRights } from "./rights.ts";
import { stopOnSignals } from "./stop_signals.ts";

/** Where nginx.conf's upstream and root are. */
const BIND = "unix:.run/njsgi.sock";
const ROOT = "backend/apps";

/** `start`: the pool, and nginx before it, in the foreground. */
export async function start(): Promise<void> {
  const port = parsePort(process.env.PORT);
  process.chdir(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
  mkdirSync(".run", { recursive: true });
  const workers = availableParallelism();
  const { user, rights, socketGid, warning } = chooseRights(ROOT);
  if (warning) log(warning);
  const worker = { served: { roots: [ROOT] }, protocol: "uwsgi" as const };
  const master = await startMaster({ bind: BIND, workers, rights, socketGid, worker });
  const nginx = await startNginx(port).catch(async (error) => {
    await master.stop();
    throw error;
  });
  let isStopping = false;
  stopOnSignals({
    async stop() {
      isStopping = true;
      // nginx first: what it has accepted, the pool still answers.
      await nginx.stop();
      await master.stop();
    },
    kill() {
      nginx.kill();
      master.kill();
    },
  });
  void nginx.exited.then(async () => {
    if (isStopping) return;
    log("nginx ended, and so does the pool: see .run/error.log");
    await master.stop();
    process.exit(1);
  });
  console.log(`njsgi is up: http://127.0.0.1:${port}/hello
  workers  ${workers}, as ${user}
  socket   ${BIND}
  logs     the pool's here, nginx's in .run/error.log and .run/access.log`);
}
