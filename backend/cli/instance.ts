import { openControl } from "../control/server.ts";
import { newControlPath } from "../control/runtime_folder.ts";
import { log, reopenLog } from "../gateway/log.ts";
import { status } from "../master/status.ts";
import { traceWorker } from "../master/trace.ts";
import { type Resolved, resolveSettings, type Source } from "../settings/resolve.ts";
import { configFile, variables } from "../settings/sources.ts";
import type { SettingName, Settings } from "../settings/table.ts";
import { createLogFiles } from "./log_files.ts";
import { controlHandlers, type Orders } from "./orders.ts";
import { holdSignals, takeSignals } from "./signals.ts";
import { startPool } from "./pool.ts";
import { onReloadTrigger } from "./reload_triggers.ts";
import { servedBy } from "./served.ts";
import { serveStats } from "./stats.ts";

/** What is bound, opened or given up once, and takes a restart to change. */
const FIXED: SettingName[] = [
  "name",
  "bind",
  "backlog",
  "socketMode",
  "socketGroup",
  "user",
  "group",
  "stats",
  "pid",
  "accessLog",
  "errorLog",
  "logFormat",
];

/**
 * All settings, by precedence: defaults, njsgi.config.ts, variables, flags.
 * @param version another one reads the file anew
 * @throws SettingError saying what was found, where, and what was wanted
 */
export async function readSettings(flags: Source, version = 0): Promise<Resolved> {
  return resolveSettings(await configFile(version), variables(process.env), flags);
}

/** A pool that runs, and what it can be told. */
export interface Instance extends Orders {
  settings: Settings;
  /** Where it listens. */
  addresses: string[];
  /** Whom its workers run as. */
  user: string;
  /** Listens to signals, the control socket and changes of files. */
  take(orders: Orders): void;
}

/**
 * @param app `APP.ts[:export]`, where one application is to answer everything
 * @param flags the command line's settings
 * @returns once its workers accept
 */
export async function startInstance(app: string | undefined, flags: Source): Promise<Instance> {
  const handOnSignals = holdSignals();
  const { settings } = await readSettings(flags);
  const served = servedBy(app, settings);
  const control = await openControl(settings.name, newControlPath(settings.name));
  const { master, user, rights, socketGid } = await startPool(settings, served).catch((error) => {
    control.close();
    throw error;
  });
  const closeStats = await serveStats(settings, master, socketGid).catch(async (error) => {
    control.close();
    await master.stop();
    throw error;
  });

  async function reload(): Promise<void> {
    const next = (await readSettings(flags, Date.now())).settings;
    const unchanged = FIXED.filter((name) => String(next[name]) !== String(settings[name]));
    if (unchanged.length > 0) log(`a reload does not change ${unchanged.join(", ")}: that takes a restart`);
    const fixed = Object.fromEntries(FIXED.map((name) => [name, settings[name]]));
    await master.reload({ settings: { ...next, ...fixed }, served: servedBy(app, next), rights });
    log("reloaded");
  }

  async function trace(index?: number): Promise<string> {
    const handles = master.workers().filter((handle) => index === undefined || handle.index === index);
    if (handles.length === 0) throw new RangeError(`there is no worker ${index}`);
    const texts = handles.map(async (handle) => {
      const where = await traceWorker(handle).catch((error: Error) => error.message);
      return `worker ${handle.index}, pid ${handle.pid}\n${where}\n`;
    });
    return (await Promise.all(texts)).join("\n");
  }

  return {
    settings,
    addresses: master.addresses,
    user,
    status: () => status(settings.name, master),
    reload,
    scale: master.scale,
    trace,
    reopenLogs() {
      createLogFiles(settings, rights);
      reopenLog();
      master.reopenLogs();
    },
    async stop() {
      control.close();
      closeStats();
      await master.stop();
    },
    kill: master.kill,
    take(orders) {
      control.handlers = controlHandlers(orders);
      takeSignals(orders);
      handOnSignals();
      onReloadTrigger(settings, served, orders.reload);
    },
  };
}
