import { realpathSync } from "node:fs";
import { relative, resolve } from "node:path";
import { moduleName } from "../../njs/wsgi/module_name.ts";
import { findMount, type Mounts } from "../../njs/wsgi/mount.ts";
import { notFound } from "../../njs/wsgi/not_found.ts";
import type { Application, Environ } from "../../njs/wsgi/types.ts";
import { APP_FILE, type ConnectedEnviron } from "../gateway/connection.ts";
import { findByPath, findInRoot } from "./find_file.ts";
import type { loadApplication } from "./load.ts";

/** The application file a request is for, and where its path ends and PATH_INFO starts. */
interface Found {
  file: string;
  scriptName: string;
  module: string;
}

/**
 * The application files of some folders as one application: each request goes to the file its path names.
 * @param roots the only folders files are loaded from. DOCUMENT_ROOT says which; the first, where it says nothing
 * @param mounts by SCRIPT_NAME
 * @param load what makes a file an application
 */
export function site(roots: string[], mounts: Mounts, load: typeof loadApplication): Application {
  const realRoots = new Map(roots.map((root) => [resolve(root), realpathSync(root)]));
  const firstRoot = realRoots.get(resolve(roots[0]!))!;
  const scriptNames = Object.keys(mounts);
  // Only what was found is kept: a new file needs no restart.
  const byPath = new Map<string, Found>();
  const byMount = new Map<string, Found>();
  const applications = new Map<string, Application>();

  /** @throws Error where nginx's `root` is none of ours: no other application answers for the one that was meant */
  function rootOf(documentRoot: string): string {
    const root =
      documentRoot === "" ? firstRoot : (realRoots.get(documentRoot) ?? realRoots.get(resolve(documentRoot)));
    if (root) return root;
    throw new Error(
      `DOCUMENT_ROOT is ${documentRoot}, want one of the pool's roots: ${[...realRoots.keys()].join(", ")}`,
    );
  }

  function find(environ: Environ, root: string, path: string): Found | undefined {
    const named = (environ as Partial<ConnectedEnviron>)[APP_FILE];
    if (named) return mounted(root, environ.SCRIPT_NAME, named);
    const scriptName = findMount(scriptNames, path);
    if (scriptName !== undefined) {
      const { place, app } = mounts[scriptName]!;
      return place === "pool" ? mounted(root, scriptName, app) : undefined;
    }
    const key = `${root}\0${path}`;
    const known = byPath.get(key);
    if (known) return known;
    const file = findByPath(root, path);
    if (file === undefined) return undefined;
    const found = foundIn(root, file, path.replace(/\/$/, ""));
    byPath.set(key, found);
    return found;
  }

  /** @throws Error: a mount is the site's own word, so that a missing file is a 500 and no 404 */
  function mounted(root: string, scriptName: string, name: string): Found {
    const key = `${root}\0${scriptName}\0${name}`;
    const known = byMount.get(key);
    if (known) return known;
    const file = findInRoot(root, name);
    if (file === undefined)
      throw new Error(`${scriptName || "/"} is mounted on ${name}, which is no application file in ${root}`);
    const found = foundIn(root, file, scriptName);
    byMount.set(key, found);
    return found;
  }

  return (environ, start_response) => {
    const root = rootOf(environ.DOCUMENT_ROOT);
    const path = environ.SCRIPT_NAME + environ.PATH_INFO;
    const found = find(environ, root, path);
    if (!found) return notFound(environ, start_response);
    const { file, scriptName, module } = found;
    environ.SCRIPT_NAME = scriptName;
    environ.PATH_INFO = path.slice(scriptName.length);
    environ.DOCUMENT_ROOT = root;
    environ.SCRIPT_FILENAME = file;
    environ["njsgi.module"] = module;
    Object.assign(environ, mounts[scriptName]?.environ);
    const application = applications.get(file);
    if (application) return application(environ, start_response);
    return load(file).then((loaded) => {
      applications.set(file, loaded);
      return loaded(environ, start_response);
    });
  };
}

function foundIn(root: string, file: string, scriptName: string): Found {
  return { file, scriptName, module: moduleName(relative(root, file)) };
}
