/** What the build makes of `njs/apps` and `njs/routes.ts`: see `build/apps.ts`. */
declare module "njsgi:apps" {
  import type { EdgeRoute, Route } from "./route.ts";
  /** The route of the file that answers exactly `path`, with the path's bytes as latin-1. */
  export function byFile(path: string): EdgeRoute | undefined;
  /** The route of the longest mount that holds `path`. */
  export function byMount(path: string): Route | EdgeRoute | undefined;
}
