import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { log } from "../gateway/log.ts";
import type { Settings } from "../settings/table.ts";
import type { Served } from "../worker/application.ts";
import { watchFolder, whenQuiet } from "./watch.ts";

/**
 * Reloads when a file in the applications' folders or a `--reload-dir` changes, where there is `--reload`, and when a
 * `--touch-reload` is touched.
 */
export function onReloadTrigger(
  { reload: isWatching, reloadDir, touchReload }: Settings,
  served: Served,
  reload: () => Promise<void>,
): void {
  const changed = whenQuiet((path) => {
    log(`${path} has changed: reload`);
    reload().catch((error: Error) => log(`the workers stay as they are: ${error.message}`));
  });
  const folders = "app" in served ? [dirname(served.app)] : served.roots;
  for (const folder of isWatching ? [...folders, ...reloadDir] : []) watchFolder(folder, changed);
  // Its folder, since what is renamed into its place is another file.
  for (const file of touchReload) {
    watch(dirname(file), (_event, name) => name === basename(file) && changed(file));
  }
}
