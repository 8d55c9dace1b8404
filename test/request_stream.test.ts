import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

const files = {
  "backend/apps/pieces.ts": `import { Readable } from "node:stream";
  const STREAMS = {
    chunks: (input) => input.chunks(),
    readable: (input) => Readable.from(input.chunks(), { objectMode: false }),
    web: (input) => ReadableStream.from(input.chunks()),
  };
  export async function application(environ, start_response) {
    const [kind, id, most] = environ.QUERY_STRING.split(",");
    const log = (text) => environ["wsgi.errors"].write(id + " " + text);
    log("called");
    let pieces = 0;
    try {
      for await (const piece of STREAMS[kind](environ["wsgi.input"])) {
        log("piece " + Buffer.from(piece));
        if (++pieces === Number(most)) break;
      }
    } catch (error) {
      log("seen: " + error.message);
      throw error;
    }
    start_response("200 OK", []);
    return ["whole"];
  }`,
};

const unbuffered = useSite({
  files,
  conf: (conf) => conf.replace("uwsgi_buffering off;", "$& uwsgi_request_buffering off;"),
});
const buffered = useSite({ files });

let requests = 0;

/** A connection with the head of an upload and its first piece sent, and what the request logs start with. */
function upload(socketPath: string, kind: string, length: number, most = "") {
  const id = `request${++requests}`;
  const client = connect(socketPath).on("error", () => {});
  let answer = "";
  client.on("data", (chunk) => (answer += String(chunk)));
  client.write(
    `POST /pieces?${kind},${id},${most} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`,
  );
  client.write("one");
  return { id, client, answer: () => answer };
}

describe.each(["chunks", "readable", "web"])("a body read as %s", (kind) => {
  it("arrives piece by piece, before it is whole and without a line's end", async () => {
    const { id, client, answer } = upload(unbuffered.socket, kind, 9);
    for (const piece of ["one", "two", "end"]) {
      if (piece !== "one") client.write(piece);
      await until(piece, () => unbuffered.pool.output().includes(`${id} piece ${piece}\n`));
    }
    await until("the answer", () => answer().includes("whole"));
  });

  it("is an error where the client dies amid it", async () => {
    const { id, client } = upload(unbuffered.socket, kind, 9);
    await until("the first piece", () => unbuffered.pool.output().includes(`${id} piece one\n`));
    client.destroy();
    const seen = `${id} seen: the request body ended after 3 bytes, CONTENT_LENGTH says 9`;
    await until("the error", () => unbuffered.pool.output().includes(seen));
  });

  it("may be left: the rest is drained, and the answer not lost", async () => {
    const { client, answer } = upload(unbuffered.socket, kind, 3 + 1_000_000, "1");
    client.write(Buffer.alloc(1_000_000));
    await until("the answer", () => answer().includes("whole"));
  });
});

it("a request whose client dies amid its body never reaches a pool that nginx takes bodies in for", async () => {
  const { id, client } = upload(buffered.socket, "chunks", 9);
  client.end();
  await new Promise((closed) => client.on("close", closed));
  expect(await request(buffered.socket, "/pieces?chunks,after", { method: "POST", body: "x" })).toMatchObject({
    text: "whole",
  });
  expect(buffered.pool.output()).toContain("after called");
  expect(buffered.pool.output()).not.toContain(`${id} called`);
});
