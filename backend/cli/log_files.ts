import { closeSync, fchownSync, fstatSync } from "node:fs";
import { openAppending } from "../gateway/log_file.ts";
import type { Rights } from "../master/worker_handle.ts";
import type { Settings } from "../settings/table.ts";

/**
 * Has the log files there, as the workers' own: they may not make files where these are to be, and open them by name.
 * @throws Error naming the setting, where a file can't be had
 */
export function createLogFiles({ accessLog, errorLog }: Settings, { uid }: Rights): void {
  create("--access-log", accessLog, uid);
  create("--error-log", errorLog, uid);
}

function create(flag: string, path: string | undefined, uid: number | undefined): void {
  if (path === undefined || path === "-") return;
  try {
    const fd = openAppending(path);
    const found = fstatSync(fd);
    // A second name may be one of another user's file, made by who may write to this folder.
    if (uid !== undefined && found.isFile() && found.nlink === 1 && found.uid !== uid) fchownSync(fd, uid, -1);
    closeSync(fd);
  } catch (error) {
    throw new Error(`${flag} ${path}: ${(error as Error).message}`, { cause: error });
  }
}
