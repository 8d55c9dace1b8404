import { watch } from "node:fs";
import { log } from "../gateway/log.ts";

/** Editors write a file in several steps, and save several files: what follows from it comes once it is quiet. */
const QUIET_MS = 100;

/** Hidden files, packages, and what editors leave beside a file. */
const LEFT_OUT = /(^|\/)(\.|node_modules(\/|$))|~$/;

/** @returns what is to be called at each change. `act` is called with the last one's path, after it. */
export function whenQuiet(act: (path: string) => void): (path: string) => void {
  let timer: NodeJS.Timeout | undefined;
  return (path) => {
    clearTimeout(timer);
    timer = setTimeout(() => act(path), QUIET_MS);
  };
}

/**
 * @param changed called with the path, from the working directory on, of what changes in the folder and those in it
 * @throws Error where there is no such folder
 */
export function watchFolder(folder: string, changed: (path: string) => void): void {
  watch(folder, { recursive: true }, (_event, name) => {
    if (name && !LEFT_OUT.test(name)) changed(`${folder}/${name}`);
  }).on("error", (error) => log(`${folder} is no longer watched: ${error.message}`));
}
