import { closeSync, constants, openSync, writeSync } from "node:fs";
import { resolve } from "node:path";

/** Lines go out together: up to what a pipe takes as one piece (PIPE_BUF), so that processes do not mix theirs. */
const BATCH_BYTES = 4096;
/** And no later than this. */
const BATCH_MS = 10;

/** What is kept for a pipe whose reader is behind. */
const MOST_KEPT_BYTES = 1024 * 1024;

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

/** A file of lines that processes append to together. What can't be written is lost, and harms nobody else. */
export interface LogFile {
  /** Writes a line soon. */
  write(line: string): void;
  /** Writes all lines now. */
  flush(): void;
  /** What comes from now on goes to what has the path now. @throws Error where it can't be had; all stays as it is then */
  reopen(): void;
}

/**
 * @param path `-` for the standard stream; where it can't be had, lines go there until it is reopened
 * @param standard the stream's descriptor
 * @param failed told what is wrong, once until a line is written again
 */
export function openLogFile(path: string, standard: number, failed: (why: string) => void = () => {}): LogFile {
  const file = resolve(path); // an application may change the folder
  let fd = standard;
  let lines = "";
  let bytes = 0;
  let kept: Buffer<ArrayBufferLike> = Buffer.alloc(0);
  let isLineOpen = false;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    let left = lines === "" ? kept : Buffer.concat([kept, Buffer.from(lines)]);
    kept = left.subarray(0, 0);
    lines = "";
    bytes = 0;
    try {
      while (left.length > 0) {
        const written = writeSync(fd, left);
        isLineOpen = left[written - 1] !== 0x0a;
        left = left.subarray(written);
      }
      isFailing = false;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "EAGAIN" && left.length < MOST_KEPT_BYTES) {
        kept = left;
        return soon();
      }
      if (isLineOpen) kept = Buffer.from("\n"); // the next line is one for all that
      if (!isFailing) failed(message);
      isFailing = true;
    }
  }

  function soon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      flush();
    }, BATCH_MS).unref();
  }

  function open(): void {
    const last = fd;
    fd = openAppending(file);
    if (last !== standard) closeSync(last);
  }

  try {
    if (path !== "-") open();
  } catch (error) {
    failed((error as Error).message);
  }
  return {
    write(line) {
      const length = Buffer.byteLength(line);
      if (bytes > 0 && bytes + length > BATCH_BYTES) flush();
      lines += line;
      bytes += length;
      soon();
    },
    flush,
    reopen() {
      flush();
      if (path !== "-") open();
    },
  };
}

/** Root follows no symbolic link: who may write to a log's folder would choose what it appends to (CVE-2016-1247). */
export function openAppending(file: string): number {
  return openSync(file, O_WRONLY | O_APPEND | O_CREAT | (process.getuid!() === 0 ? O_NOFOLLOW : 0), 0o640);
}
