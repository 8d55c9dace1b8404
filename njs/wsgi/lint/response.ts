import type { Headers, StartResponse, Write } from "../types.ts";
import { addBytes, type Answer, isChunk } from "./answer.ts";
import { show, violation } from "./violation.ts";

export function lintedStartResponse(start_response: StartResponse, answer: Answer): StartResponse {
  return function linted_start_response(...args) {
    checkCall(args, answer);
    const [status, headers] = args;
    checkStatus(status);
    checkHeaders(headers);
    answer.lacksContentType = checkContent(status, headers);
    const write = start_response(...args);
    //= S1b `start_response` returns the function `write`.
    if (typeof write !== "function") {
      throw violation("S1b", `the server's start_response returned ${show(write)}, want the function write`);
    }
    answer.isStarted = true;
    const isSent = !answer.isHead && !status.startsWith("304");
    answer.contentLength = isSent ? valueOf(headers, "content-length") : undefined;
    return lintedWrite(write, answer);
  };
}

function checkCall(args: unknown[], answer: Answer): void {
  //= S1a The application calls `start_response` with a status, headers and, where it answers an error, that error.
  if (args.length !== 2 && args.length !== 3) {
    throw violation("S1a", `the application called start_response with ${args.length} arguments, want 2 or 3`);
  }
  //= S4 The third argument of `start_response` is an Error, or left out.
  const excInfo = args[2];
  if (excInfo !== undefined && !(excInfo instanceof Error)) {
    throw violation("S4", `the application called start_response with ${show(excInfo)} as excInfo, want an Error`);
  }
  //= S3 A second call of `start_response` has the error that makes the first one void.
  if (answer.isStarted && excInfo === undefined) {
    throw violation(
      "S3",
      "the application called start_response again, without the error that makes the first call void",
    );
  }
}

function checkStatus(status: unknown): void {
  //= S7 The status is three digits from 100 on, a space and a reason, in printable latin-1: `200 OK`.
  if (typeof status !== "string" || !/^[1-9][0-9][0-9] [\x20-\x7e\xa0-\xff]*$/.test(status)) {
    throw violation("S7", `the application gave ${show(status)} as the status, want one like "200 OK"`);
  }
}

function checkHeaders(headers: unknown): void {
  //= S8a The headers are a list of `[name, value]`, both strings.
  if (!Array.isArray(headers)) {
    throw violation("S8a", `the application gave ${show(headers)} as the headers, want a list of [name, value]`);
  }
  for (const pair of headers as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== "string" || typeof pair[1] !== "string") {
      const given = Array.isArray(pair) ? `[${pair.map(show).join(", ")}]` : show(pair);
      throw violation("S8a", `the application gave ${given} as a header, want [name, value], both strings`);
    }
    checkName(pair[0]);
    //= S8b A header's value is printable latin-1: no control character, which is what header injection needs.
    if (!/^[\x20-\x7e\xa0-\xff]*$/.test(pair[1])) {
      throw violation(
        "S8b",
        `the application gave the header ${pair[0]} the value ${show(pair[1])}, want printable latin-1`,
      );
    }
  }
}

function checkName(name: string): void {
  //= S8c A header's name is letters, digits, `-` and `_`, with a letter in front and a letter or digit behind.
  if (!/^[A-Za-z]([A-Za-z0-9_-]*[A-Za-z0-9])?$/.test(name)) {
    throw violation("S8c", `the application gave a header the name ${show(name)}, want one like "Content-Type"`);
  }
  //= S9 No header is the connection's (RFC 9110 section 7.6.1), which is the server's, and none is CGI's `Status`.
  const serversOwn =
    /^(connection|keep-alive|proxy-authenticate|proxy-authorization|proxy-connection|te|trailer|transfer-encoding|upgrade|status)$/i;
  if (serversOwn.test(name)) {
    throw violation("S9", `the application gave the header ${name}, which is the server's to set`);
  }
}

/** @returns whether it has no Content-Type where a body would need one */
function checkContent(status: string, headers: Headers): boolean {
  //= S15a `Content-Length` is a number of bytes, in digits.
  const contentLength = valueOf(headers, "content-length");
  if (contentLength !== undefined && !/^[0-9]+$/.test(contentLength)) {
    throw violation("S15a", `the application gave ${show(contentLength)} as Content-Length, want digits`);
  }
  const hasType = valueOf(headers, "content-type") !== undefined;
  const hasContent = !status.startsWith("204") && !status.startsWith("304");
  //= X2 A 204 or 304 has no `Content-Type`: it has no content.
  if (hasType && !hasContent) {
    throw violation("X2", `the application gave a Content-Type with the status "${status}", which has no content`);
  }
  return !hasType && hasContent;
}

/** @param key the header's name in lower case */
function valueOf(headers: Headers, key: string): string | undefined {
  return headers.filter(([name]) => name.toLowerCase() === key)[0]?.[1];
}

function lintedWrite(write: Write, answer: Answer): Write {
  return function linted_write(...args) {
    //= S11a `write` is given one chunk: a string or a `Uint8Array`.
    if (args.length !== 1 || !isChunk(args[0])) {
      const given = args.map(show).join(", ");
      throw violation("S11a", `the application called write(${given}), want one string or Uint8Array`);
    }
    //= S13 `write` is called before the body's first chunk: what it sends goes before the body.
    if (answer.isBody) throw violation("S13", "the application called write() after the first chunk of its body");
    addBytes(answer, args[0]);
    write(args[0]);
  };
}
