import { byFile, byMount } from "njsgi:apps";
import { latin1 } from "./latin1.ts";
import type { Application } from "./wsgi/types.ts";

/** Where a request goes, and with what SCRIPT_NAME. */
export interface Route {
  place: "edge" | "pool";
  scriptName: string;
  /** The application file, from its place's folder; empty where the pool is to find it by path. */
  app: string;
}

/** A route that ends here, inside nginx. */
export interface EdgeRoute extends Route {
  place: "edge";
  module: string;
  /** The parts of the environ the application reads: bits of environ_parts.ts. */
  reads: number;
  /** What the site's routes add to the environ. */
  environ?: { [key: string]: string };
  /** Runs the application's file. */
  load(): Exports;
}

/** What an application file exports. */
export interface Exports {
  application?: Application;
}

/** `answer` is given the object that `place` was, so this rides along: to look it up costs a tenth of a hello. */
type Routed = NginxHTTPRequest & { njsgi?: Route | EdgeRoute };

export function routeOf(r: NginxHTTPRequest): Route | EdgeRoute {
  return (r as Routed).njsgi ?? findRoute(requestPath(r));
}

/** A file's own path first, then the longest mount; the pool looks for all the rest. */
function findRoute(path: string): Route | EdgeRoute {
  return byFile(path) ?? byMount(path) ?? { place: "pool", scriptName: "", app: "" };
}

/** The request's path, decoded by nginx: dots resolved, slashes merged. */
export function requestPath(r: NginxHTTPRequest): string {
  return latin1(r, r.uri, "uri");
}

/**
 * `js_set $njsgi_place`: where nginx takes the request, `edge` or `pool`. What goes on to the pool gets its SCRIPT_NAME,
 * PATH_INFO and application in variables, the paths byte for byte.
 */
export function place(r: NginxHTTPRequest): string {
  const route = ((r as Routed).njsgi = findRoute(requestPath(r)));
  if (route.place === "pool" && route.app !== "") {
    const path = r.rawVariables.uri!;
    r.variables.njsgi_script_name = path.slice(0, route.scriptName.length) as unknown as string;
    r.variables.njsgi_path_info = path.slice(route.scriptName.length) as unknown as string;
    r.variables.njsgi_app = route.app;
  }
  return route.place;
}
