import { type About, entryLine, type LogFormat } from "./log_entry.ts";
import { type LogFile, openLogFile } from "./log_file.ts";

/** The error log of this process: what the server and its applications have to say. */
export interface LogOptions {
  /** `-` is standard error, where it goes until it is opened. */
  path: string;
  format: LogFormat;
  /** A worker's index. */
  worker?: number;
}

const standardError = openLogFile("-", 2);
let options: LogOptions = { path: "-", format: "uwsgi" };
let file = standardError;
process.on("exit", () => file.flush()); // what a pipe did not take at once

/** Writes an entry, at once: the process may end with the next statement. A message of several lines stays together. */
export function log(message: string, about: About = {}): void {
  writeEntry(file, message, about);
}

function writeEntry(to: LogFile, message: string, about: About): void {
  const { worker, format } = options;
  to.write(entryLine(message, about, { pid: process.pid, worker }, format, new Date()));
  to.flush();
}

export function openLog(wanted: LogOptions): void {
  options = wanted;
  if (wanted.path === "-") return;
  file = openLogFile(wanted.path, 2, (why) => {
    writeEntry(standardError, `error log ${wanted.path}: ${why}`, { level: "error" });
  });
}

/** After a rotation. @throws Error where the file can't be had; it goes on in the old one then */
export function reopenLog(): void {
  file.reopen();
}

/** Whether who started the process does not see it. */
export function isLogElsewhere(): boolean {
  return file !== standardError;
}
