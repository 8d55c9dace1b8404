import { createHash } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect } from "vitest";
import { ask, type Sent } from "../two_servers.ts";
import { until } from "../until.ts";
import { answer, asks, type Case, post } from "./case.ts";
import type { heard } from "./streams.ts";

/** What takes time to send or to answer, and what happens meanwhile. */

const BOUNDARY = "----boundary";
const OPENING = [
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="field"',
  "",
  "value",
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="file"; filename="a.bin"',
  "Content-Type: application/octet-stream",
  "\r\n",
].join("\r\n");
const CLOSING = `\r\n--${BOUNDARY}--\r\n`;
const CHUNK = Buffer.from(Uint8Array.from({ length: 1 << 16 }, (_, i) => (i * 31 + (i >> 8)) & 0xff));

/** As many chunks of 64 kB, each another one. */
function* chunks(count: number): Generator<Uint8Array> {
  for (let i = 0; i < count; i++) {
    const chunk = Buffer.from(CHUNK);
    chunk.writeUInt32BE(i);
    yield chunk;
  }
}

function* multipart(count: number): Generator<Uint8Array> {
  yield Buffer.from(OPENING);
  yield* chunks(count);
  yield Buffer.from(CLOSING);
}

function hashed(count: number): { size: number; sha256: string } {
  const hash = createHash("sha256");
  for (const chunk of chunks(count)) hash.update(chunk);
  return { size: count * CHUNK.length, sha256: hash.digest("hex") };
}

const MULTIPART_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const upload = (path: string, count: number): Sent => ({
  method: "POST",
  path,
  headers: [
    "Content-Type",
    MULTIPART_TYPE,
    "Content-Length",
    String(OPENING.length + count * CHUNK.length + CLOSING.length),
  ],
  body: multipart(count),
});
const uploaded = (count: number) => JSON.stringify({ field: "value", name: "a.bin", ...hashed(count) });
const chunked = (path: string, count: number): Sent => ({
  method: "POST",
  path,
  headers: ["Content-Type", "application/octet-stream", "Transfer-Encoding", "chunked"],
  body: chunks(count),
});

async function heardBy(port: number): Promise<typeof heard> {
  return JSON.parse((await ask(port, { path: "/heard" })).body) as typeof heard;
}

async function get(port: number, path: string): Promise<IncomingMessage> {
  const outgoing = httpRequest({ port, host: "127.0.0.1", path, agent: false }).end();
  const [incoming] = await once(outgoing, "response");
  return incoming;
}

/** What came before the client let the app go on, and all that came. */
async function seeGated(port: number): Promise<object> {
  const incoming = await get(port, "/streamed/gated");
  let body = "";
  incoming.on("data", (chunk: Buffer) => (body += String(chunk)));
  const ended = once(incoming, "end");
  await until("the first line", () => body !== "");
  const before = body;
  await ask(port, { path: "/gate", method: "POST", headers: ["Content-Length", "0"] });
  await ended;
  return { before, body };
}

/** Whether the app hears of a client that goes amid its answer. */
async function seeDownloadAborted(port: number): Promise<object> {
  const before = await heardBy(port);
  const incoming = await get(port, "/streamed/endless");
  await once(incoming, "data");
  incoming.destroy();
  const isHeard = async () => (await heardBy(port)).downloadsAborted > before.downloadsAborted;
  await until("the app to hear of it", isHeard, 5);
  return { status: incoming.statusCode };
}

/** Whether the app hears of a client that goes amid what it sends. */
async function seeUploadAborted(port: number): Promise<object> {
  const before = await heardBy(port);
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /streamed/body HTTP/1.1\r\nHost: site.test\r\nContent-Type: application/octet-stream\r\n");
  socket.write("Content-Length: 1000000\r\n\r\n");
  socket.write(CHUNK);
  await until("the app to have some", async () => (await heardBy(port)).bytes === before.bytes + CHUNK.length, 5);
  socket.destroy();
  await until("the app to hear of it", async () => (await heardBy(port)).uploadsAborted > before.uploadsAborted, 5);
  return { uploads: (await heardBy(port)).uploadsAborted - before.uploadsAborted };
}

/** All that comes on a connection, but for the lines that may differ. */
async function seeHttp10(port: number): Promise<object> {
  const socket = connect(port, "127.0.0.1", () => socket.write("GET /users/7 HTTP/1.0\r\nHost: site.test\r\n\r\n"));
  const [head, body] = Buffer.concat(await socket.toArray())
    .toString()
    .split("\r\n\r\n");
  const [status, ...lines] = head!.split("\r\n");
  const headers = lines.map((line) => line.toLowerCase()).filter((line) => !/^(date|server): /.test(line));
  return { status, headers: headers.sort(), body };
}

export const transfers: Case[] = [
  {
    name: "an upload of 50 MB",
    see: (port) => asks(upload("/upload", 800))(port),
    expected: answer(200, uploaded(800)),
  },
  {
    name: "an upload that is passed on as it comes",
    see: (port) => asks(upload("/streamed/upload", 100))(port),
    expected: answer(200, uploaded(100)),
  },
  {
    name: "an upload that is cut",
    see: asks(post("/upload", MULTIPART_TYPE, OPENING + "x".repeat(100_000))),
    expected: answer(500),
    but: { nest: answer(400) },
  },
  {
    name: "a body in chunks",
    see: (port) => asks(chunked("/streamed/body", 32))(port),
    expected: answer(200, JSON.stringify(hashed(32))),
  },
  { name: "a stream, as it comes", see: seeGated, expected: { before: "first\n", body: "first\nlast\n" } },
  {
    name: "a stream that fails",
    see: asks({ path: "/streamed/failing" }),
    expected: { status: 200, body: "half\n" },
  },
  { name: "a client that goes amid its answer", see: seeDownloadAborted, expected: { status: 200 } },
  { name: "a client that goes amid its body", see: seeUploadAborted, expected: { uploads: 1 } },
  {
    name: "HTTP/1.0",
    see: seeHttp10,
    expected: { status: "HTTP/1.1 200 OK", headers: expect.arrayContaining(["connection: close"]), body: '{"id":"7"}' },
  },
];
