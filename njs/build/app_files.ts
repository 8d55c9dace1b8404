import { existsSync, readdirSync } from "node:fs";
import { extname } from "node:path";

/** What an application file may end in. */
const ENDINGS = [".ts", ".js", ".mjs"];

/**
 * The application files under a folder by the paths they answer: `a/b.ts` answers `/a/b`, `a/index.ts` answers `/a` and
 * `/a/`. Names that start with a dot are no applications.
 * @returns files relative to `folder`
 * @throws Error where two files answer one path
 */
export function appFiles(folder: string): Map<string, string> {
  const files = new Map<string, string>();
  const entries = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : [];
  for (const entry of entries) {
    const file = `${entry.parentPath}/${entry.name}`.slice(folder.length + 1);
    if (!entry.isFile() || !ENDINGS.includes(extname(file)) || /(^|\/)\./.test(file)) continue;
    for (const path of pathsOf(file)) {
      const other = files.get(path);
      if (other) throw new Error(`${folder}/${file} and ${folder}/${other} both answer ${path}: rename one`);
      files.set(path, file);
    }
  }
  return files;
}

function pathsOf(file: string): string[] {
  const path = "/" + file.slice(0, -extname(file).length);
  if (path === "/index") return ["/"];
  const folder = path.replace(/\/index$/, "");
  return folder === path ? [path] : [folder, folder + "/"];
}
