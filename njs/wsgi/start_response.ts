import { checkStatus, setHeaders } from "./head_checks.ts";
import type { Headers, StartResponse, Write } from "./types.ts";

/** What the application last said of its response. */
export interface Head {
  /** Empty until start_response is called. */
  status: string;
  headers: Headers;
  /** The Content-Length among the headers, in bytes. */
  contentLength?: number;
  /** Set by the server when the head has left: from then on it can't be replaced. */
  sent: boolean;
}

export function newHead(): Head {
  return { status: "", headers: [], sent: false };
}

/** The start_response of one request: it fills `head` and hands out `write`. */
export function startResponse(head: Head, write: Write): StartResponse {
  return function start_response(status, headers, excInfo) {
    if (excInfo) {
      if (head.sent) throw excInfo;
    } else if (head.status !== "") {
      throw new Error(
        `start_response was called again, with "${status}" after "${head.status}", and without the error that makes the first call void`,
      );
    }
    if (status !== "200 OK") checkStatus(status);
    setHeaders(head, headers);
    head.status = status;
    return write;
  };
}
