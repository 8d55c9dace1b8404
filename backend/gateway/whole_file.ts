import { fstatSync, readFileSync, readlinkSync } from "node:fs";

export interface WholeFile {
  /** One character a byte, as all of CGI; real, with no link in it. */
  path: string;
  /** Bytes. */
  size: number;
}

/**
 * The regular file a descriptor stands at the start of. By the descriptor, not by a name: this is the file that is read,
 * whatever that name leads to by now. Of a file that has none any more, or of a system without /proc, nothing is known.
 */
export function wholeFile(fd: number): WholeFile | undefined {
  try {
    const stats = fstatSync(fd);
    // What is made as it is read, as /proc's own, says its size is 0.
    if (!stats.isFile() || stats.nlink === 0 || stats.size === 0) return undefined;
    if (!/^pos:\s+0$/m.test(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))) return undefined;
    return { path: readlinkSync(`/proc/self/fd/${fd}`, "latin1"), size: stats.size };
  } catch {
    return undefined;
  }
}
