import type { Handlers } from "../control/server.ts";
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
