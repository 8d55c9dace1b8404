import { rmSync, writeFileSync } from "node:fs";
import type { Source } from "../settings/resolve.ts";
import { startInstance } from "./instance.ts";

/** `serve`: the pool alone, in the foreground. */
export async function serve(app: string | undefined, flags: Source): Promise<void> {
  const instance = await startInstance(app, flags);
  instance.take(instance);
  const { workers, protocol, pid } = instance.settings;
  if (pid) {
    writeFileSync(pid, `${process.pid}\n`);
    process.on("exit", () => rmSync(pid, { force: true }));
  }
  const many = `${workers} ${workers === 1 ? "worker" : "workers"}`;
  console.log(`njsgi: ready, ${many} as ${instance.user} on ${instance.addresses.join(", ")} (${protocol})`);
}
