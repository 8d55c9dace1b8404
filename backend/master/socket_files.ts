import { statSync } from "node:fs";
import { log } from "../gateway/log.ts";

/**
 * Watches the files of unix sockets: where one was deleted, or is another server's now, nobody can connect any more, and
 * nothing else would say so.
 * @param addresses `unix:/path`; others have no file
 * @returns what looks, and says so once of each
 */
export function watchSocketFiles(addresses: string[]): () => void {
  const inodes = new Map<string, number | undefined>();
  for (const address of addresses) if (address.startsWith("unix:")) inodes.set(address, inode(address));
  return () => {
    for (const [address, bound] of inodes) {
      if (inode(address) === bound) continue;
      inodes.delete(address);
      log(`${address} is deleted or another's: nobody can connect there until a restart binds it anew`);
    }
  };
}

function inode(address: string): number | undefined {
  return statSync(address.slice("unix:".length), { throwIfNoEntry: false })?.ino;
}
