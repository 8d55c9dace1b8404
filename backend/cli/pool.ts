import { dirname } from "node:path";
import { workersCache } from "../control/runtime_folder.ts";
import { log, openLog } from "../gateway/log.ts";
import { bindSocket, checkBacklog, type ListeningSocket } from "../master/listening_socket.ts";
import { type Master, startMaster } from "../master/master.ts";
import type { Rights } from "../master/worker_handle.ts";
import type { Settings } from "../settings/table.ts";
import type { Served } from "../worker/application.ts";
import { createLogFiles } from "./log_files.ts";
import { chooseRights } from "./rights.ts";

/** A pool as a command runs it. */
export interface Pool {
  master: Master;
  /** Whom its workers run as. */
  user: string;
  rights: Rights;
  /** The group of its unix sockets; the process's own when not given. */
  socketGid?: number;
}

/**
 * Binds what the settings say, and runs workers there.
 * @throws UsageError for a user or group that is none, BootError when a worker does not boot, Error where an address can't
 *   be had
 */
export async function startPool(settings: Settings, served: Served): Promise<Pool> {
  const { user, rights, socketGid, warning } = chooseRights(folderOf(served), settings);
  createLogFiles(settings, rights);
  openLog({ path: settings.errorLog, format: settings.logFormat });
  if (warning) log(warning);
  checkBacklog(settings.backlog);
  const socketOptions = { mode: settings.socketMode, gid: socketGid };
  const sockets: ListeningSocket[] = [];
  try {
    for (const bind of bindsOf(settings)) sockets.push(await bindSocket(bind, socketOptions));
    const workersRights = { ...rights, env: { NODE_COMPILE_CACHE: workersCache(rights.uid) } };
    const master = await startMaster(sockets, { settings, served, rights: workersRights });
    return { master, user, rights: workersRights, socketGid };
  } catch (error) {
    for (const socket of sockets) socket.close(); // the files of those that were bound
    throw error;
  }
}

function bindsOf({ bind, protocol }: Settings): string[] {
  if (bind.length > 0) return bind;
  return [protocol === "http" ? "127.0.0.1:8000" : "unix:.run/njsgi.sock"];
}

function folderOf(served: Served): string {
  return "app" in served ? dirname(served.app) : served.roots[0]!;
}
