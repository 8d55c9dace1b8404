import { execFileSync, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import type { Rights } from "../master/worker_handle.ts";
import { UsageError } from "./arguments.ts";

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

/** What may be said of the choice. */
export interface Wishes {
  user?: string;
  group?: string;
  /** The group of unix sockets. */
  socketGroup?: string;
}

/**
 * Whom the workers run as: who was asked for; else as root, nginx's user where that can read the applications and this
 * code, else their owner; as anybody else, the same.
 * @param folder the applications'
 * @throws UsageError for a user or group that is none, or one that only root may become
 */
export function chooseRights(folder: string, { user, group, socketGroup }: Wishes): Chosen {
  const socketGid = socketGroup === undefined ? undefined : findGroup(socketGroup);
  if (process.getuid!() !== 0) {
    const own = userInfo().username;
    if (user ?? group) throw new UsageError(`--user and --group are root's to set, and this is ${own}`);
    return { user: own, rights: {}, socketGid };
  }
  const { name, uid, gid, warning } = user === undefined ? leastUser(folder) : namedUser(user);
  const rights = { uid, gid: group === undefined ? gid : findGroup(group) };
  return { user: name, rights, socketGid: socketGid ?? nginxUser()?.gid, warning };
}

interface ChosenUser extends User {
  warning?: string;
}

function leastUser(folder: string): ChosenUser {
  const nginx = nginxUser();
  const needed = [resolve(folder), import.meta.dirname];
  if (nginx && canRead(nginx, needed)) return nginx;
  const { uid, gid } = statSync(folder);
  const closed = needed.map(closedFolder).find((found) => found !== undefined);
  const name = execFileSync("id", ["-un", String(uid)], { encoding: "utf8" }).trim();
  const why = nginx ? `${nginx.name} can't read ${closed ?? folder}` : "there is no user www-data or nginx";
  const warning = `workers run as ${name}: ${why}`;
  return { name, uid, gid, warning: uid === 0 ? `*** WARNING: ${warning}, and there is no --user ***` : warning };
}

/** @throws UsageError for a user that is none */
function namedUser(name: string): ChosenUser {
  const found = findUser(name);
  if (!found) throw new UsageError(`--user is "${name}", and there is no such user`);
  return found;
}

interface User {
  name: string;
  uid: number;
  gid: number;
}

/** @throws UsageError for a group that is none */
function findGroup(name: string): number {
  const line = spawnSync("getent", ["group", name], { encoding: "utf8" }).stdout;
  if (!line) throw new UsageError(`there is no group ${name}`);
  return Number(line.split(":")[2]);
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
