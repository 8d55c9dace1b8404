import { expect } from "vitest";
import { errorStream } from "../../njs/wsgi/error_stream.ts";
import { createInput, emptyInput } from "../../njs/wsgi/input.ts";
import { lint } from "../../njs/wsgi/lint.ts";
import { newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Application, Body, Chunk, Environ, Headers, Write } from "../../njs/wsgi/types.ts";

/** An application as JavaScript may write it. */
export type Loose = (environ: Environ, start_response: (...args: unknown[]) => Write) => unknown;

export const linted = (application: Loose): Application => lint(application as Application);

/** A linted application that answers 200 with what is given, whatever that is. */
export function returning(body: () => unknown): Application {
  return linted((_environ, start_response) => {
    start_response("200 OK", [["Content-Type", "text/plain"]]);
    return body();
  });
}

/** An environ that keeps every rule. @param body the request's. @param log takes the lines of `wsgi.errors` */
export function newEnviron(body = "", log: string[] = []): Environ {
  const bytes = new TextEncoder().encode(body);
  return {
    REQUEST_METHOD: "GET",
    SCRIPT_NAME: "",
    PATH_INFO: "/",
    QUERY_STRING: "",
    CONTENT_TYPE: "",
    CONTENT_LENGTH: body && String(bytes.length),
    SERVER_NAME: "localhost",
    SERVER_PORT: "80",
    SERVER_PROTOCOL: "HTTP/1.1",
    "wsgi.version": [1, 0],
    "wsgi.url_scheme": "http",
    "wsgi.input": body ? createInput(bytes.length, () => Promise.resolve(bytes)) : emptyInput(),
    "wsgi.input_terminated": true,
    "wsgi.errors": errorStream((line) => log.push(line)),
    "wsgi.multithread": false,
    "wsgi.multiprocess": true,
    "wsgi.run_once": false,
  } as Environ;
}

/** What a server saw of one answer. */
export interface Seen {
  status: string;
  headers: Headers;
  written: Chunk[];
  chunks: Chunk[];
  /** The lines of `wsgi.errors`. */
  log: string[];
}

/** A server that keeps every rule. @param changes to its environ */
export async function serve(application: Application, requestBody = "", changes: object = {}): Promise<Seen> {
  const head = newHead();
  const seen: Seen = { status: "", headers: [], written: [], chunks: [], log: [] };
  const environ = Object.assign(newEnviron(requestBody, seen.log), changes);
  const start_response = startResponse(head, (chunk) => void seen.written.push(chunk));
  const body = await application(environ, start_response);
  try {
    if (Symbol.asyncIterator in body) for await (const chunk of body) seen.chunks.push(chunk);
    else for (const chunk of body) seen.chunks.push(chunk);
  } finally {
    await close(body);
  }
  return { ...seen, status: head.status, headers: head.headers };
}

export function close(body: Body): unknown {
  return (body as { close?(): unknown }).close?.();
}

/** What `call` throws, or rejects with. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}

/** @param says a part of what the sentence says, of the side it starts with */
export function expectViolation(error: unknown, rule: string, side: "application" | "server", says: string): void {
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).toMatch(new RegExp(`^the ${side}('s)? .* \\(${rule} in docs/contract\\.md\\)$`));
  expect(message).toContain(says);
}
