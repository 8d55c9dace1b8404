import type { Settings } from "../settings/table.ts";
import { escapeField, escapeMessage, jsonLine } from "./log_escape.ts";

export type LogFormat = Settings["logFormat"];

/** What may be known of an entry of the error log beside its message. */
export interface About {
  /** Default `info`. */
  level?: "info" | "error";
  /** The request's id, and its line: `GET /hello HTTP/1.1`. */
  id?: string;
  request?: string;
  /** Where an application wrote it. */
  stream?: "stdout" | "stderr";
}

/** Who writes. */
export interface Writer {
  pid: number;
  /** A worker's index; none for the master, and for other commands. */
  worker?: number;
}

/** @param message may be an error with its stack: in JSON, its first line is the message then, and all of it the stack */
export function entryLine(
  message: string,
  about: About,
  { pid, worker }: Writer,
  format: LogFormat,
  now: Date,
): string {
  const { level = "info", id, request, stream } = about;
  const time = now.toISOString();
  if (format === "json") {
    const first = stream ? message : message.split("\n", 1)[0];
    const stack = first === message ? undefined : message;
    return jsonLine({ time, level, pid, worker, stream, id, request, message: first, stack });
  }
  const who = `njsgi[${pid}]${worker === undefined ? "" : ` worker ${worker}`}${stream ? ` ${stream}` : ""}`;
  const what = `${id === undefined ? "" : `${escapeField(id)} `}${request === undefined ? "" : `"${escapeField(request)}" `}`;
  return `${time} ${who}: ${what}${escapeMessage(message)}\n`;
}
