import type { Handlers } from "../control/server.ts";
import { log } from "../gateway/log.ts";
import type { Status } from "../master/status.ts";

/** What a running command can be told, by signals and over its control socket. */
export interface Orders {
  status(): Promise<Status>;
  /** Replaces the workers, one at a time. */
  reload(): Promise<void>;
  /** @throws RangeError unless there is to be at least one */
  scale(count: number): Promise<void>;
  /** Where a worker, or each, is right now. */
  trace(index?: number): Promise<string>;
  reopenLogs(): void;
  /** Ends it gracefully. */
  stop(): Promise<void>;
  /** Ends it now. */
  kill(): void;
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

/** What the control socket's commands do. */
export function controlHandlers(orders: Orders): Handlers {
  return {
    status: orders.status,
    reload: orders.reload,
    scale: (count) => orders.scale(wholeNumber(count, "scale")),
    trace: (index) => orders.trace(index === undefined ? undefined : wholeNumber(index, "trace")),
    "log-reopen": orders.reopenLogs,
    stop() {
      // Its end is the answer's too, so that comes first.
      setImmediate(() => process.kill(process.pid, "SIGTERM"));
    },
  };
}

function wholeNumber(text: string | undefined, command: string): number {
  if (text !== undefined && /^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new RangeError(`${command} is told "${text ?? ""}", want a whole number from 1 on`);
}
