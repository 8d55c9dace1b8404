import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/** Who listens on a unix socket: `pid 17 (nginx: master process)`; undefined where that can't be seen. */
export function socketHolder(path: string): string | undefined {
  const entry = readFileSync("/proc/net/unix", "utf8")
    .split("\n")
    .map((line) => line.split(/ +/))
    .find((columns) => columns[7] === path && columns[5] === "01"); // SS_UNCONNECTED: the listening one
  const link = `socket:[${entry?.[6]}]`;
  const pid = readdirSync("/proc").find((name) => /^\d+$/.test(name) && hasOpen(name, link));
  return pid && `pid ${pid} (${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()})`;
}

function hasOpen(pid: string, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === link);
  } catch {
    return false; // it is gone, or another user's
  }
}
