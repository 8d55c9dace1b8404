import { dirname } from "node:path";
import { log } from "../gateway/log.ts";
import { startMaster } from "../master/master.ts";
import type { ServeArguments } from "./arguments.ts";
import { chooseRights } from "./rights.ts";
import { stopOnSignals } from "./stop_signals.ts";

/** `serve`: the pool alone, in the foreground. */
export async function serve(options: ServeArguments): Promise<void> {
  const { served, bind, workers, protocol, lint, development } = options;
  const { user, rights, socketGid, warning } = chooseRights("app" in served ? dirname(served.app) : served.roots[0]!);
  if (warning) log(warning);
  const worker = { served, protocol, lint, development };
  const master = await startMaster({ bind, workers, rights, socketGid, worker });
  stopOnSignals(master);
  console.log(
    `njsgi: ready, ${workers} ${workers === 1 ? "worker" : "workers"} as ${user} on ${master.address} (${protocol})`,
  );
}
