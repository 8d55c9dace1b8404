import { readFile } from "node:fs/promises";

/**
 * Connections that wait to be accepted, as Linux shows them: on a unix socket each is an entry of its path that is
 * connecting, on a port they are the listening socket's rx_queue.
 * @param address `unix:/path` or `host:port`
 */
export async function queuedConnections(address: string): Promise<number> {
  const path = /^unix:(.*)$/.exec(address)?.[1];
  if (path !== undefined) return countUnix(await readFile("/proc/net/unix", "utf8"), path);
  const port = Number(/\d+$/.exec(address)![0]);
  const tables = await Promise.all(
    ["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8").catch(() => "")),
  );
  return tables.reduce((sum, table) => sum + countTcp(table, port), 0);
}

/** Columns: Num, RefCount, Protocol, Flags, Type, St, Inode, Path. State 2 is SS_CONNECTING: nobody has accepted it. */
export function countUnix(table: string, path: string): number {
  let count = 0;
  for (const line of table.split("\n")) {
    if (line.endsWith(` ${path}`) && line.split(/ +/)[5] === "02") count++;
  }
  return count;
}

/** Columns: sl, local_address, rem_address, st, tx_queue:rx_queue. State 0A is LISTEN. */
export function countTcp(table: string, port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  let count = 0;
  for (const line of table.split("\n")) {
    const [, address, , state, queues] = line.trim().split(/ +/);
    if (state === "0A" && address!.endsWith(local)) count += parseInt(queues!.split(":")[1]!, 16);
  }
  return count;
}
