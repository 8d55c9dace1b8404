import { get as httpGet, type IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

const site = useSite({
  files: {
    // Three tokens of the type its query says, each after the first once /tokens?next asks for it.
    "backend/apps/tokens.ts": `let next = () => {};
    async function* tokens(start_response, type) {
      start_response("200 OK", [["Content-Type", type]]);
      for (let n = 0; n < 3; n++) {
        if (n > 0) await new Promise((resolve) => (next = resolve));
        yield "data: token " + n + "\\n\\n";
      }
    }
    export function application({ QUERY_STRING }, start_response) {
      if (QUERY_STRING !== "next") return tokens(start_response, QUERY_STRING);
      next();
      start_response("204 No Content", []);
      return [];
    }`,
    // Yields an event every 100 ms, for ever.
    "backend/apps/clock.ts": `import { setTimeout as sleep } from "node:timers/promises";
    export async function* application(environ, start_response) {
      start_response("200 OK", [["Content-Type", "text/event-stream"]]);
      try {
        for (;;) {
          yield "data: tick\\n\\n";
          await sleep(100);
        }
      } finally {
        environ["wsgi.errors"].write("the clock has ended");
      }
    }`,
  },
});

/** A response as it comes, to a client that takes gzip over HTTP/1.1. */
function open(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { Host: "site.test", "Accept-Encoding": "gzip" };
    httpGet({ socketPath: site.socket, path, headers, agent: false }, resolve).on("error", reject);
  });
}

describe("chunks of an async generator arrive one by one, through nginx with gzip on", () => {
  it.each<[type: string, encoding: string | undefined]>([
    ["text/event-stream", undefined],
    ["text/plain", "gzip"],
  ])("%s, Content-Encoding %s", async (type, encoding) => {
    const response = await open(`/tokens?${type}`);
    expect(response.headers).toMatchObject({ "content-type": type, "transfer-encoding": "chunked" });
    expect(response.headers["content-encoding"]).toBe(encoding);
    const plain: Readable = encoding ? response.pipe(createGunzip()) : response;
    let text = "";
    plain.on("data", (chunk) => (text += String(chunk)));
    for (let n = 0; n < 3; n++) {
      if (n > 0) await request(site.socket, "/tokens?next");
      await until(`token ${n}, and no further one`, () => text.endsWith(`data: token ${n}\n\n`));
    }
    if (!plain.readableEnded) await new Promise((ended) => plain.on("end", ended));
    expect(text.match(/token \d/g)).toEqual(["token 0", "token 1", "token 2"]);
  });
});

it("a client that goes away amid events ends the generator within a second", async () => {
  const response = await open("/clock");
  await new Promise((first) => response.once("data", first));
  response.destroy();
  await until("the generator's end", () => site.pool.output().includes("the clock has ended"), 1);
});
