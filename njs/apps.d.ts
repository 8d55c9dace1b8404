/** What the build makes of `njs/apps` and `njs/routes.ts`: see `build/apps.ts`. */
declare module "njsgi:apps" {
  import type { EdgeRoute, Route } from "./route.ts";
  /** The route of the file that answers exactly `path`, with the path's bytes as latin-1. */
  export function byFile(path: string): EdgeRoute | undefined;
  /** The routes of the mounts by SCRIPT_NAME. */
  export function mounted(): { [scriptName: string]: Route | EdgeRoute };
}
