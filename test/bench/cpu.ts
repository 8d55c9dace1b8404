import { readFileSync } from "node:fs";
import { children } from "../children.ts";

/** USER_HZ, of all Linux. */
const TICK_US = 10_000;

/** The CPU time a process and all below it have had, in microseconds. */
export function cpuTime(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may have blanks in it: state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const own = (Number(fields[11]) + Number(fields[12])) * TICK_US;
  return children(pid).reduce((sum, child) => sum + cpuTime(child), own);
}
