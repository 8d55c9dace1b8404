import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { lint } from "../../njs/wsgi/lint.ts";
import { moduleName } from "../../njs/wsgi/module_name.ts";
import { byScriptName, type Mounts } from "../../njs/wsgi/mount.ts";
import type { Application } from "../../njs/wsgi/types.ts";
import { isNodeListener } from "../adapter/node_listener.ts";
import { loadApplication } from "./load.ts";
import { loadProgram } from "./load_program.ts";
import { site } from "./site.ts";

/** What a pool runs: one application, or the files of some folders. */
export type Served = { app: string } | { roots: string[] };

/**
 * @param address where the pool listens, `unix:/path` or `host:port`
 * @param isLinted each application is held to the contract, and sees its requests as it would without: see lint.ts
 * @throws Error where an application named at start does not load; a file of a folder is loaded when it is asked for
 */
export async function servedApplication(served: Served, address: string, isLinted: boolean): Promise<Application> {
  const linted = (application: Application) =>
    isLinted && !isNodeListener(application) ? lint(application) : application;
  if ("app" in served) {
    return oneApplication(served.app, async (file, name) => linted(await loadProgram(file, name, address)));
  }
  return site(served.roots, await readMounts(served.roots), async (file) => linted(await loadApplication(file)));
}

type Load = (file: string, name?: string) => Promise<Application>;

/** @param app `APP.ts` or `APP.ts:export` */
async function oneApplication(app: string, load: Load): Promise<Application> {
  const [, name, exported] = /^(.*?)(?::([\w$]+))?$/.exec(app)!;
  const file = resolve(name!);
  const module = moduleName(name!);
  const application = await load(file, exported);
  return (environ, start_response) => {
    environ.SCRIPT_FILENAME = file;
    environ["njsgi.module"] = module;
    return application(environ, start_response);
  };
}

/** The mounts of the project a root belongs to: `backend/apps` and `njs/routes.ts` stand in one folder. */
async function readMounts(roots: string[]): Promise<Mounts> {
  const mounts: Mounts = {};
  for (const root of roots) {
    const file = resolve(root, "../../njs/routes.ts");
    if (!existsSync(file)) continue;
    const routes = (await import(pathToFileURL(file).href)) as { mounts: Mounts };
    Object.assign(mounts, byScriptName(routes.mounts));
  }
  return mounts;
}
