import { log } from "../gateway/log.ts";
import type { Orders } from "./orders.ts";

const SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGTTIN", "SIGTTOU"] as const;

/**
 * Keeps the signals that come while a command starts: by themselves they would end it and leave its sockets behind.
 * @returns what hands them on, to whoever takes signals by then
 */
export function holdSignals(): () => void {
  const held: NodeJS.Signals[] = [];
  const hold = (signal: NodeJS.Signals) => void held.push(signal);
  for (const signal of SIGNALS) process.on(signal, hold);
  return () => {
    for (const signal of SIGNALS) process.off(signal, hold);
    for (const signal of held) process.emit(signal, signal);
  };
}

/** One Ctrl-C under npm is two SIGINTs: the terminal's to the whole group, and npm's to its child. */
const ONE_CTRL_C_MS = 1000;

/** As docs/signals.md has them. When it has stopped, the process exits with 0. */
export function takeSignals(orders: Orders): void {
  let first: number | undefined;
  const gracefully = () => {
    if (first === undefined) {
      first = Date.now();
      void orders.stop().then(() => process.exit(0));
    } else if (Date.now() - first > ONE_CTRL_C_MS) {
      orders.kill();
    }
  };
  const quickly = () => {
    if (first === undefined) gracefully();
    orders.kill();
  };
  const scaleBy = async (step: number) => orders.scale(Math.max(1, (await orders.status()).workers.length + step));
  const logged = (order: () => unknown) => async () => {
    try {
      await order();
    } catch (error) {
      log((error as Error).message);
    }
  };
  process
    .on("SIGTERM", gracefully)
    .on("SIGINT", gracefully)
    .on("SIGQUIT", quickly)
    .on("SIGHUP", logged(orders.reload))
    .on("SIGUSR1", logged(orders.reopenLogs))
    .on(
      "SIGUSR2",
      logged(async () => log(JSON.stringify(await orders.status()))),
    )
    .on(
      "SIGTTIN",
      logged(() => scaleBy(1)),
    )
    .on(
      "SIGTTOU",
      logged(() => scaleBy(-1)),
    );
}
