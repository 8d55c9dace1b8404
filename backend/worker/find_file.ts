import { realpathSync, statSync } from "node:fs";
import { extname, resolve, sep } from "node:path";
import { utf8 } from "../../njs/wsgi/utf8.ts";

/** What an application file may end in. Never a part of its path: a request for `/app.ts` finds nothing. */
const ENDINGS = [".ts", ".js", ".mjs"];

/**
 * The file that answers a path: `/a/b` is `a/b.ts`, or `a/b/index.ts`, which also is `/a/b/`.
 * @param root a real path
 * @param path decoded, as CGI has it
 * @returns its real path, which is under the root; undefined where there is none
 */
export function findByPath(root: string, path: string): string | undefined {
  const name = utf8(path);
  // No dot files, no `..`, no empty segment, no NUL; a folder's index answers by its folder alone
  if (!/^(\/[^/.\0][^/\0]*)*\/?$/.test(name) || name.endsWith("/index")) return undefined;
  const bases = name.endsWith("/") ? [`${name}index`] : [name, `${name}/index`];
  for (const base of bases) {
    for (const ending of ENDINGS) {
      const file = findInRoot(root, `.${base}${ending}`);
      if (file) return file;
    }
  }
  return undefined;
}

/**
 * @param name from the root on, or absolute
 * @returns the real path of that application file; undefined where it is none, or lies outside the root
 */
export function findInRoot(root: string, name: string): string | undefined {
  try {
    const file = realpathSync(resolve(root, name));
    return file.startsWith(root + sep) && ENDINGS.includes(extname(file)) && statSync(file).isFile() ? file : undefined;
  } catch {
    return undefined; // no such file, or a name the file system can't have
  }
}
