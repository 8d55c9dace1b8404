import { utf8 } from "../../njs/wsgi/utf8.ts";
import type { Asked } from "./failure.ts";
import type { LogFormat, Writer } from "./log_entry.ts";
import { escapeField, jsonLine } from "./log_escape.ts";

/** A request that has been answered, for the access log. */
export interface Answer extends Writer {
  asked: Asked;
  status: number;
  /** Of the body. */
  bytes: number;
  ms: number;
  /** How many this worker has answered, with this one. */
  requests: number;
  /** When it was answered. */
  at: Date;
}

/** One line of the access log, by its format. */
export const ACCESS_LINES: Record<LogFormat, (answer: Answer) => string> = { uwsgi, combined, json };

/** uWSGI's own, `logging.c`, without what is not counted here: the vars, the response's headers, the switches. */
function uwsgi({ asked, status, bytes, ms, pid, requests, at }: Answer): string {
  const { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL, REMOTE_ADDR, REMOTE_USER = "" } = asked;
  return (
    `[pid: ${pid}|app: 0|req: ${requests}] ${escapeField(REMOTE_ADDR)} (${escapeField(REMOTE_USER)}) ` +
    `[${times(at).ctime}] ${escapeField(`${REQUEST_METHOD} ${REQUEST_URI}`)} => generated ${bytes} bytes ` +
    `in ${Math.floor(ms)} msecs (${escapeField(SERVER_PROTOCOL)} ${status}) ${escapeField(REQUEST_ID)}\n`
  );
}

/** Apache's and nginx's `combined`, then the request's id and its time in seconds. */
function combined({ asked, status, bytes, ms, at }: Answer): string {
  const { REQUEST_ID, REQUEST_METHOD, REQUEST_URI, SERVER_PROTOCOL } = asked;
  const { REMOTE_ADDR, REMOTE_USER, HTTP_REFERER, HTTP_USER_AGENT } = asked;
  return (
    `${escapeField(REMOTE_ADDR)} - ${escapeField(REMOTE_USER || "-")} [${times(at).clf}] ` +
    `"${escapeField(`${REQUEST_METHOD} ${REQUEST_URI} ${SERVER_PROTOCOL}`)}" ${status} ${bytes} ` +
    `"${escapeField(HTTP_REFERER || "-")}" "${escapeField(HTTP_USER_AGENT || "-")}" ` +
    `${escapeField(REQUEST_ID)} ${(ms / 1000).toFixed(3)}\n`
  );
}

function json({ asked, status, bytes, ms, pid, worker, at }: Answer): string {
  return jsonLine({
    time: at.toISOString(),
    id: asked.REQUEST_ID,
    method: asked.REQUEST_METHOD,
    uri: asText(asked.REQUEST_URI),
    protocol: asked.SERVER_PROTOCOL,
    status,
    bytes,
    duration_ms: Number(ms.toFixed(3)),
    remote_addr: asked.REMOTE_ADDR,
    remote_user: asked.REMOTE_USER,
    referer: asText(asked.HTTP_REFERER),
    user_agent: asText(asked.HTTP_USER_AGENT),
    worker,
    pid,
  });
}

/** A decoder for what is ASCII anyway would cost as much as the rest of the line. */
function asText(value: string | undefined): string | undefined {
  return value !== undefined && /[\x80-\xff]/.test(value) ? utf8(value) : value;
}

/** Of the last second asked for: making them costs more than all else of a line. */
let second = NaN;
let made = { ctime: "", clf: "" };

/** A moment in local time, as ctime(3) and as Apache's %t have it. */
function times(at: Date): { ctime: string; clf: string } {
  const now = Math.floor(at.getTime() / 1000);
  if (now === second) return made;
  second = now;
  // Wed Nov 23 2026 19:20:01 GMT+0100 (…), by ECMA-262
  const [, weekday, month, day, year, time, offset] = /^(\w+) (\w+) (\d+) (\d+) ([\d:]+) GMT(\S+)/.exec(String(at))!;
  made = {
    ctime: `${weekday} ${month} ${day!.replace(/^0/, " ")} ${time} ${year}`,
    clf: `${day}/${month}/${year}:${time} ${offset}`,
  };
  return made;
}
