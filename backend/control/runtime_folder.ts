import { accessSync, chownSync, constants, existsSync, lstatSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where what an instance leaves while it runs may be, the best place first. */
function folders(): string[] {
  const uid = process.getuid!();
  // Not root's: it is closed to the workers, whose cache is there too.
  const { XDG_RUNTIME_DIR } = uid === 0 ? {} : process.env;
  const own = join(tmpdir(), `njsgi-${uid}`);
  return [...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, "njsgi")] : []), "/run/njsgi", own];
}

/** @throws Error where there is no folder that this user alone may write to */
function runtimeFolder(): string {
  const folder = folders().find(isOurs);
  if (!folder) throw new Error(`no folder that is this user's alone: tried ${folders().join(", ")}`);
  return folder;
}

/** Whoever else could write there could put another socket, or other code, in the place of ours. */
function isOurs(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { uid, mode } = lstatSync(folder);
    return uid === process.getuid!() && (mode & 0o022) === 0;
  } catch {
    return false;
  }
}

/** The control socket for an instance to bind. @throws Error where there is no folder for it */
export function newControlPath(name: string): string {
  return join(runtimeFolder(), `${name}.sock`);
}

/** The control socket of a running instance; undefined where there is none of that name. */
export function findControlPath(name: string): string | undefined {
  return folders()
    .map((folder) => join(folder, `${name}.sock`))
    .find((path) => existsSync(path));
}

/**
 * A folder for Node's compile cache that is the workers' alone: whoever else could write to it could run code as them.
 * With it they strip no types, and are 40 MB smaller.
 * @param uid the workers'; the master's own when not given
 */
export function workersCache(uid = process.getuid!()): string {
  const folder = join(runtimeFolder(), `cache-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chownSync(folder, uid, -1);
  return folder;
}
