import { spawn } from "node:child_process";
import { once } from "node:events";
import { log } from "../gateway/log.ts";
import type { Orders } from "./orders.ts";

/** systemd, where it has started this process and wants to hear of it (sd_notify(3)); else nobody. */
export interface ServiceManager {
  /** @param status what `systemctl status` shows */
  ready(status: string): void;
  /** The same orders; it hears when a reload begins and ends, and when the end comes. */
  informed<Told extends Orders>(orders: Told): Told;
}

/**
 * Speaks through `systemd-notify`, since Node has no unix datagram sockets: a process of some 10 ms each time. It is told
 * assignments, as Debian 12's has no --stopping. NOTIFY_SOCKET and the watchdog's variables go: they are not the
 * workers' to use.
 */
export function serviceManager(): ServiceManager {
  let { NOTIFY_SOCKET } = process.env;
  const watchdogMs = readWatchdog(process.env);
  for (const name of ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]) delete process.env[name];
  let last: Promise<void> = Promise.resolve();
  let about = "";

  /** One after the other: each process would else come when it likes. */
  function notify(...assignments: string[]): void {
    last = last.then(async () => {
      if (NOTIFY_SOCKET === undefined) return;
      try {
        const env = { ...process.env, NOTIFY_SOCKET };
        await once(spawn("systemd-notify", assignments, { env, stdio: ["ignore", "inherit", "inherit"] }), "exit");
      } catch (error) {
        NOTIFY_SOCKET = undefined;
        log(`systemd wants to be told ${assignments[0]}, which takes systemd-notify: ${(error as Error).message}`);
      }
    });
  }

  return {
    ready(status) {
      about = status;
      notify("READY=1", `STATUS=${status}`);
      if (watchdogMs !== undefined) setInterval(() => notify("WATCHDOG=1"), watchdogMs).unref();
    },
    informed: (orders) => ({
      ...orders,
      async reload() {
        notify("RELOADING=1", `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
        try {
          await orders.reload();
          notify("READY=1", `STATUS=${about}`);
        } catch (error) {
          notify("READY=1", `STATUS=not reloaded: ${(error as Error).message}`);
          throw error;
        }
      },
      stop() {
        notify("STOPPING=1");
        return orders.stop();
      },
    }),
  };
}

/** Half of the time the watchdog waits, in milliseconds; undefined where there is none for this process. */
function readWatchdog({ WATCHDOG_USEC, WATCHDOG_PID }: NodeJS.ProcessEnv): number | undefined {
  if (WATCHDOG_USEC === undefined || Number(WATCHDOG_PID ?? process.pid) !== process.pid) return undefined;
  return Number(WATCHDOG_USEC) / 1000 / 2;
}
