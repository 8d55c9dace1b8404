import type { Environ, Headers } from "./types.ts";

/** An error before the head, of a request that may see it. Any text of it may be the client's. */
export interface Failure {
  /** With its stack, as it is logged. */
  error: string;
  /** The request's first line. */
  request: string;
  id: string;
  environ: Environ;
}

/** Whether an address, as the server itself has it of a connection, is this machine's: RFC 1122 section 3.2.1.3, RFC 4291. */
export function isLoopback(address: string): boolean {
  return /^(127\.|::1$|::ffff:127\.|unix:)/.test(address);
}

/** What a 500 says under `--development`: HTML to whom asks for it, text to curl. */
export function tracebackPage(failure: Failure): { headers: Headers; body: string } {
  const accept = failure.environ.HTTP_ACCEPT;
  const isHtml = typeof accept === "string" && accept.includes("text/html");
  return {
    headers: [
      ["Content-Type", `text/${isHtml ? "html" : "plain"}; charset=utf-8`],
      ["Cache-Control", "no-store"],
      ["Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"], // a second lock, behind escape()
    ],
    body: isHtml ? html(failure) : text(failure),
  };
}

function text({ error, request, id, environ }: Failure): string {
  const lines = rows(environ, (key, value) => `${key}: ${value}\n`);
  return `${error}\n\n${request}\nrequest ${id}\n\n${lines}`;
}

function html({ error, request, id, environ }: Failure): string {
  const title = escape(error.split("\n")[0]!);
  const table = rows(environ, (key, value) => `<tr><th>${escape(key)}<td>${escape(value)}\n`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem; color-scheme: light dark }
h1 { font-size: 1.4rem; overflow-wrap: anywhere }
pre, table { font: 14px/1.5 ui-monospace, monospace }
pre { padding: 1rem; overflow: auto; background: #8882 }
th { text-align: left; vertical-align: top; font-weight: normal; padding-right: 2rem; color: #888 }
td { overflow-wrap: anywhere }
</style>
<h1>${title}</h1>
<p>${escape(request)}<br>request ${escape(id)}</p>
<pre>${escape(error)}</pre>
<table>
${table}</table>
`;
}

function rows(environ: Environ, row: (key: string, value: string) => string): string {
  const keys = Object.keys(environ).sort();
  return keys.map((key) => row(key, shown(key, environ))).join("");
}

/** An object is none to print: it may be as large, and as circular, as the application likes. */
function shown(key: string, environ: Environ): string {
  if (/auth|cookie|key|password|secret|session|token/i.test(key)) return "(withheld)";
  const value = Object.getOwnPropertyDescriptor(environ, key)!.value as unknown; // runs no getter
  return /string|number|boolean/.test(typeof value) ? String(value) : `[${typeof value}]`;
}

function escape(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
