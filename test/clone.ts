import { cpSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT } from "./site.ts";

const LEFT = new Set([
  ".generations",
  ".git",
  ".run",
  "dist",
  "node_modules",
  ".nginx.conf",
  "test/next/.next",
  "test/next/node_modules",
]);

/** Copies the checkout, as a clone of it is before anything has run there; its packages are linked. */
export function makeClone(folder: string): void {
  cpSync(PROJECT, folder, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => !LEFT.has(relative(PROJECT, path)),
  });
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
}
