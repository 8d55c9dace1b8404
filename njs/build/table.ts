import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { byScriptName, findMount, type Mounts } from "../wsgi/mount.ts";
import { cgiValue, utf8 } from "../wsgi/utf8.ts";
import { appFiles } from "./app_files.ts";

/** What the edge knows of a site: files by the path they answer, mounts by their SCRIPT_NAME. */
export interface Table {
  files: Map<string, string>;
  mounts: Mounts;
}

/**
 * The routes of a site: a folder with `njs/apps`, `njs/routes.ts` and `backend/apps`, each of which may be missing.
 * @throws Error where two applications answer one path, or one could never be reached
 */
export async function readTable(site: string): Promise<Table> {
  const folders = { edge: join(site, "njs/apps"), pool: join(site, "backend/apps") };
  const edge = appFiles(folders.edge);
  const pool = appFiles(folders.pool);
  const mounts = await readMounts(join(site, "njs/routes.ts"));
  const mounted = new Set<string>();
  for (const [scriptName, { place, app }] of Object.entries(mounts)) {
    const file = join(folders[place], app);
    if (!existsSync(file))
      throw new Error(`njs/routes.ts: ${scriptName || "/"} is mounted on ${file}, which does not exist`);
    mounted.add(file);
  }
  for (const [path, file] of edge) {
    const edgeFile = join(folders.edge, file);
    const poolFile = pool.get(path);
    if (poolFile) throw new Error(`${edgeFile} and ${join(folders.pool, poolFile)} both answer ${path}: rename one`);
    if (cgiValue(path.replace(/\/$/, "")) in mounts) {
      if (!mounted.has(edgeFile)) throw hidden(edgeFile, path, path);
      edge.delete(path);
    }
  }
  for (const [path, file] of pool) {
    const mount = findMount(Object.keys(mounts), cgiValue(path));
    if (mount !== undefined && !mounted.has(join(folders.pool, file)))
      throw hidden(join(folders.pool, file), path, utf8(mount));
  }
  return { files: edge, mounts };
}

function hidden(file: string, path: string, mount: string): Error {
  return new Error(
    `${file} answers ${path}, which the mount ${mount || "/"} takes: give it a mount in njs/routes.ts too`,
  );
}

async function readMounts(file: string): Promise<Mounts> {
  if (!existsSync(file)) return {};
  const { mounts } = (await import(pathToFileURL(file).href)) as { mounts: Mounts };
  return byScriptName(mounts);
}
