import { rmSync, writeFileSync } from "node:fs";
import type { Source } from "../settings/resolve.ts";
import { protocolOf } from "../worker/bind.ts";
import { startInstance } from "./instance.ts";
import { passedSockets } from "./passed_sockets.ts";
import { serviceManager } from "./service_manager.ts";

/** `serve`: the pool alone, in the foreground. */
export async function serve(app: string | undefined, flags: Source): Promise<void> {
  const manager = serviceManager();
  const instance = await startInstance(app, { ...flags, ...passedSockets() });
  instance.take(manager.informed(instance));
  const { workers, bind, protocol, pid } = instance.settings;
  if (pid) {
    writeFileSync(pid, `${process.pid}\n`);
    process.on("exit", () => rmSync(pid, { force: true }));
  }
  const many = `${workers} ${workers === 1 ? "worker" : "workers"}`;
  const where = instance.addresses.map((address, at) => `${address} (${protocolOf(bind[at] ?? "") ?? protocol})`);
  const what = `${many} as ${instance.user} on ${where.join(", ")}`;
  console.log(`njsgi: ready, ${what}`);
  manager.ready(what);
}
