import type { Settings } from "../settings/table.ts";
import { protocolOf } from "../worker/bind.ts";
import type { WorkerSocket } from "../worker/options.ts";
import type { ListeningSocket } from "./listening_socket.ts";

/**
 * Connections a worker accepts in one turn of its event loop, where each has one request. libuv accepts one a turn and
 * descriptor, so the worker has that socket as so many. With one, each request was a turn of its own, for which the kernel
 * had to wake nginx alone: hello went from 20.5k to 24.4k requests a second, Express from 12k to 15k. With 16 hello fell to 22.9k.
 */
const ACCEPTS = 8;

/** The sockets of a worker, by descriptor. Connections that are kept go round the workers, one at a time. */
export function workerSockets(
  sockets: ListeningSocket[],
  { bind, protocol: other }: Pick<Settings, "bind" | "protocol">,
): (WorkerSocket & { fd: number })[] {
  return sockets.flatMap(({ fd, address }, at) => {
    const protocol = protocolOf(bind[at] ?? "") ?? other;
    const accepts = protocol === "uwsgi" || protocol === "scgi" ? ACCEPTS : 1;
    return Array.from({ length: accepts }, () => ({ fd, address, protocol }));
  });
}
