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
    const mount = mounts[i]!;
    if (holds(mount, path) && (longest === undefined || mount.length > longest.length)) longest = mount;
  }
  return longest;
}

/** @param mount a SCRIPT_NAME */
export function holds(mount: string, path: string): boolean {
  return path.startsWith(mount) && (path.length === mount.length || path.charAt(mount.length) === "/");
}

/**
 * @returns the mounts by SCRIPT_NAME
 * @throws Error naming a path that no request could have
 */
export function byScriptName(mounts: Mounts): Mounts {
  const byName: Mounts = {};
  for (const path of Object.keys(mounts)) {
    if (path !== "/" && !/^(\/(?!\.{1,2}(\/|$))[^/\0]+)+$/.test(path)) {
      throw new Error(`mount "${path}": want a path as "/shop", with a slash before and none behind`);
    }
    byName[path === "/" ? "" : cgiValue(path)] = mounts[path]!;
  }
  return byName;
}
