import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import type { Rights } from "../master/worker_handle.ts";

/** nginx's user in Debian's package, and in nginx's own. */
const NGINX_USERS = ["www-data", "nginx"];

/** Whom the workers run as, and who may connect to them. */
export interface Chosen {
  user: string;
  rights: Rights;
  socketGid?: number;
  /** What a person should know of the choice. */
  warning?: string;
}

/**
 * The least rights that can run a pool: as root, nginx's user where that can read the applications and this code, else
 * their owner; as anybody else, the same.
 * @param folder the applications'
 */
export function chooseRights(folder: string): Chosen {
  if (process.getuid!() !== 0) return { user: userInfo().username, rights: {} };
  const nginx = nginxUser();
  const needed = [resolve(folder), import.meta.dirname];
  if (nginx && canRead(nginx, needed)) {
    return { user: nginx.name, rights: { uid: nginx.uid, gid: nginx.gid }, socketGid: nginx.gid };
  }
  const { uid, gid } = statSync(folder);
  const closed = needed.map(closedFolder).find((found) => found !== undefined);
  const user = execFileSync("id", ["-un", String(uid)], { encoding: "utf8" }).trim();
  const why = nginx ? `${nginx.name} can't read ${closed ?? folder}` : "there is no user www-data or nginx";
  return { user, rights: { uid, gid }, socketGid: nginx?.gid, warning: `workers run as ${user}: ${why}` };
}

interface User {
  name: string;
  uid: number;
  gid: number;
}

function findUser(name: string): User | undefined {
  const id = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }));
  try {
    return { name, uid: id("-u"), gid: id("-g") };
  } catch {
    return undefined;
  }
}

/**
 * nginx's workers stay in the folder nginx was started in, and reach the site by relative paths: a closed folder above
 * does them no harm, but this one has to let them in.
 * @throws Error where they run as another user and it does not
 */
export function checkNginxCanEnter(folder: string): void {
  if (process.getuid!() !== 0) return;
  const nginx = nginxUser();
  const { mode, uid, gid } = statSync(folder);
  const bit = uid === nginx?.uid ? 0o100 : gid === nginx?.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0)
    throw new Error(`nginx's ${nginx?.name} can't enter ${resolve(folder)}: chmod o+x ${resolve(folder)}`);
}

function nginxUser(): User | undefined {
  return NGINX_USERS.map(findUser).find((user) => user !== undefined);
}

/** Asks a child with that user's rights, which has to get at this very Node too. */
function canRead({ uid, gid }: User, folders: string[]): boolean {
  const script =
    "const { accessSync, constants } = require('node:fs');" +
    "process.argv.slice(1).forEach((folder) => accessSync(folder, constants.R_OK | constants.X_OK))";
  return spawnSync(process.execPath, ["-e", script, ...folders], { uid, gid, cwd: "/" }).status === 0;
}

/** The first folder above a path that others may not enter. */
function closedFolder(path: string): string | undefined {
  const folder = dirname(path);
  const above = folder === path ? undefined : closedFolder(folder);
  return above ?? ((statSync(folder).mode & 0o001) === 0 ? folder : undefined);
}
