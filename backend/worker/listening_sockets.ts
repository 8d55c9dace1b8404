import { readFileSync, readlinkSync } from "node:fs";
import { endianness } from "node:os";

/** A socket that listens, as Linux shows it under /proc/net. */
export interface Listening {
  /** `unix:/path` or `host:port`. */
  address: string;
  inode: string;
}

/** All of this network namespace. */
export function listeningSockets(): Listening[] {
  return [...readUnix(table("unix")), ...readTcp(table("tcp")), ...readTcp(table("tcp6"))];
}

/** Where the socket of a descriptor of this process listens; undefined where it is none that does. */
export function addressOfDescriptor(fd: number): string | undefined {
  const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/self/fd/${fd}`))?.[1];
  return listeningSockets().find((socket) => socket.inode === inode)?.address;
}

/** Columns: Num, RefCount, Protocol, Flags, Type, St, Inode, Path. Flag 10000 is __SO_ACCEPTCON, type 1 is SOCK_STREAM. */
export function readUnix(text: string): Listening[] {
  return [...text.matchAll(/^\S+ \S+ \S+ 00010000 0001 \S+ +(\d+) (.+)$/gm)].map(([, inode, path]) => ({
    address: `unix:${path}`,
    inode: inode!,
  }));
}

/** Columns: sl, local_address, rem_address, st, three of queues and timers, uid, timeout, inode. State 0A is LISTEN. */
export function readTcp(text: string): Listening[] {
  const columns = text.split("\n").map((line) => line.trim().split(/ +/));
  return columns
    .filter(([, , , state]) => state === "0A")
    .map(([, local, , , , , , , , inode]) => {
      const [host, port] = local!.split(":") as [string, string];
      return { address: `${readHost(host)}:${parseInt(port, 16)}`, inode: inode! };
    });
}

/** Words of 32 bits, each in the machine's own order. */
function readHost(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  if (endianness() === "LE") bytes.swap32();
  if (bytes.length === 4) return bytes.join(".");
  const groups = bytes.toString("hex").match(/.{4}/g)!;
  return new URL(`http://[${groups.join(":")}]`).hostname; // as RFC 5952 writes it, in its brackets
}

function table(name: string): string {
  try {
    return readFileSync(`/proc/net/${name}`, "utf8");
  } catch {
    return ""; // a kernel without IPv6 has no tcp6
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ""; // not open
  }
}
