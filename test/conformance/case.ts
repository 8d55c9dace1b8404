import type { Answer, RequestOptions } from "../request.ts";

/** How a case comes to its application: inside nginx, in the pool by uwsgi, in it by FastCGI on kept connections. */
export type Way = "edge" | "pool" | "fastcgi";

/** What a case looks at its application with. */
export interface Visit {
  way: Way;
  place: "edge" | "pool";
  /** The application's path. */
  path: string;
  /** nginx's unix socket. */
  socket: string;
  /** Rejects where the connection is cut before the response is whole. */
  ask(options?: RequestOptions): Promise<Answer>;
  /** Waits until the place's log has `text`, and says how often. */
  logged(text: string): Promise<number>;
}

/** One way to keep a rule of CONTRACT.md, or to break it. */
export interface Case {
  rule: string;
  /** What holds, as a sentence. */
  holds: string;
  /** The application's file: plain JavaScript, the same in both places. */
  app: string;
  check(visit: Visit): Promise<void>;
  /** What the site's routes add to the environ. */
  configuration?: Record<string, string>;
  /** Set where CONTRACT.md has the rule for the pool alone. */
  only?: "pool";
}

/** `OK` in an application: a start_response that is fine. */
export const OK = 'start_response("200 OK", [["Content-Type", "text/plain"]]);';

/** @param body statements. @param kind what stands before the name: a function, a generator, an async one */
export function application(
  body: string,
  kind: "function" | "function*" | "async function" | "async function*" = "function",
): string {
  return `export ${kind} application(environ, start_response) { ${body} }`;
}

/** Its status, and that its page says nothing of the error. */
export const CLEAN_500 = { status: 500, text: "500 Internal Server Error\n" };
