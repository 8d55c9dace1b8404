import { statSync } from "node:fs";
import type { Settings } from "../settings/table.ts";
import type { Served } from "../worker/application.ts";
import { UsageError } from "./arguments.ts";

/**
 * What a pool is to run.
 * @param app `APP.ts[:export]`, from the command line
 * @throws UsageError where that is nothing, too much, or no folder
 */
export function servedBy(app: string | undefined, { root: roots }: Settings): Served {
  if (app && roots.length > 0) throw new UsageError("serve takes APP.ts or --root, not both");
  if (app) return { app };
  if (roots.length === 0) throw new UsageError("serve needs APP.ts or --root DIR");
  for (const root of roots) {
    if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`--root ${root} is no folder`);
  }
  return { roots };
}
