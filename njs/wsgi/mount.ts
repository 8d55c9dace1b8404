import { notFound } from "./not_found.ts";
import type { Application } from "./types.ts";
import { cgiValue } from "./utf8.ts";

/** An application under a path of its own choice: `"/shop": { place: "pool", app: "shop.ts" }`. */
export interface Mount {
  place: "edge" | "pool";
  /** The application file, from its place's folder of applications. */
  app: string;
  /** The application's configuration: keys its environ has beside the request's. */
  environ?: { [key: string]: string };
}

/** Mounts by path: `/` holds every path, `/shop` holds `/shop` and `/shop/…`. */
export type Mounts = { [path: string]: Mount };

/**
 * The longest of `mounts` that holds a path. It is the request's SCRIPT_NAME, and the rest of the path is PATH_INFO
 * (RFC 3875 sections 4.1.5 and 4.1.13), so the mount `/` goes by its SCRIPT_NAME, `""`.
 */
export function findMount(mounts: readonly string[], path: string): string | undefined {
  let longest: string | undefined;
  for (let i = 0; i < mounts.length; i++) {
    const scriptName = mounts[i]!;
    if (holds(scriptName, path) && (longest === undefined || scriptName.length > longest.length)) longest = scriptName;
  }
  return longest;
}

export function holds(scriptName: string, path: string): boolean {
  return path.startsWith(scriptName) && (path.length === scriptName.length || path.charAt(scriptName.length) === "/");
}

/**
 * Applications by path as one application: `mount({ "/shop": shop, "/": site })`. The longest path that holds the
 * request's moves from PATH_INFO to SCRIPT_NAME, so that mounts nest; what none holds is a 404.
 * @throws Error naming a path that no request could have
 */
export function mount(applications: { [path: string]: Application }): Application {
  const byName = byScriptName(applications);
  const names = Object.keys(byName);
  return (environ, start_response) => {
    const path = environ.PATH_INFO;
    const name = findMount(names, path);
    if (name === undefined) return notFound(environ, start_response);
    environ.SCRIPT_NAME += name;
    environ.PATH_INFO = path.slice(name.length);
    return byName[name]!(environ, start_response);
  };
}

/**
 * @returns what is mounted, by SCRIPT_NAME
 * @throws Error naming a path that no request could have
 */
export function byScriptName<Mounted>(mounts: { [path: string]: Mounted }): { [scriptName: string]: Mounted } {
  const byName: { [scriptName: string]: Mounted } = {};
  for (const path of Object.keys(mounts)) {
    if (path !== "/" && !/^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/.test(path)) {
      throw new Error(`mount "${path}": want a path as "/shop", with a slash before and none behind`);
    }
    byName[path === "/" ? "" : cgiValue(path)] = mounts[path]!;
  }
  return byName;
}
