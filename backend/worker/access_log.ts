import { ACCESS_LINES } from "../gateway/access_line.ts";
import type { Observer } from "../gateway/gateway.ts";
import { log } from "../gateway/log.ts";
import type { LogFormat } from "../gateway/log_entry.ts";
import { openLogFile } from "../gateway/log_file.ts";

/** Writes a line for each request. */
export interface AccessLog extends Pick<Observer, "answered"> {
  /** @throws Error where the file can't be had */
  reopen(): void;
}

/**
 * @param path `-` is standard output
 * @param worker this one's index
 */
export function openAccessLog(path: string, format: LogFormat, worker: number): AccessLog {
  const file = openLogFile(path, 1, (why) => log(`access log ${path}: ${why}`, { level: "error" }));
  const line = ACCESS_LINES[format];
  const { pid } = process;
  let requests = 0;
  process.on("exit", file.flush);
  return {
    answered({ asked, startedAt }, status, bytes) {
      const ms = performance.now() - startedAt;
      file.write(line({ asked, status, bytes, ms, pid, worker, requests: ++requests, at: new Date() }));
    },
    reopen: file.reopen,
  };
}
