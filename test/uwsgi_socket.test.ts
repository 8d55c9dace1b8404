import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { get, packet } from "./packet.ts";
import { exchange } from "./request.ts";
import { writeFile } from "./site.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** What comes to the pool's socket besides nginx's requests: WIRE.md's table of what uWSGI logs and does. */
const site = useSite();

const HTTP = (size: number) =>
  `invalid request block size: ${size} (max 65535)...skip: this is HTTP on a uwsgi socket, put nginx before it or use --protocol http`;

afterEach(async () => {
  const answer = await exchange(site.poolSocket, packet(get("/pool/hello")));
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\nHello world!\n$/);
  expect(site.pool.output()).not.toContain("takes its place");
});

function linesSince(length: number): string[] {
  return site.pool.output().slice(length).split("\n").filter(Boolean);
}

describe("ends its connection with one log line and no answer", () => {
  it.each<[what: string, bytes: string | Uint8Array, line: string]>([
    ["a browser's GET", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", HTTP(21573)],
    ["a POST", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", HTTP(21327)],
    ["a HEAD", "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n", HTTP(16709)],
    ["a PUT", "PUT / HTTP/1.1\r\nHost: x\r\n\r\n", HTTP(21589)],
    ["an OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: x\r\n\r\n", HTTP(21584)],
    ["a TLS ClientHello", Buffer.from([22, 3, 1, 2, 0, 1, 0]), "-- unavailable modifier requested: 22 --"],
    ["an empty packet", Buffer.from([0, 0, 0, 0]), "Empty request. skip."],
    ["an empty name", Buffer.from([0, 4, 0, 0, 0, 0, 0, 0]), "uwsgi key cannot be null. skip this var."],
    [
      "a value past the block",
      Buffer.from([0, 5, 0, 0, 1, 0, 65, 9, 0]),
      "invalid uwsgi request (current strsize: 9). skip.",
    ],
    ["no REQUEST_METHOD", packet([["PATH_INFO", "/"]]), "no REQUEST_METHOD in the packet"],
    ["a length that is none", packet(get("/", ["CONTENT_LENGTH", "-1"])), 'CONTENT_LENGTH is "-1"'],
  ])("%s", async (_what, bytes, line) => {
    const before = site.pool.output().length;
    expect(await exchange(site.poolSocket, bytes)).toHaveLength(0);
    await until("the line", () => site.pool.output().length > before);
    expect(linesSince(before)).toEqual([expect.stringContaining(line)]);
  });

  it("a packet cut short", async () => {
    const before = site.pool.output().length;
    const socket = connect(site.poolSocket).end(packet(get("/pool/hello")).subarray(0, 20));
    await new Promise((resolve) => socket.resume().on("close", resolve));
    await until("the line", () => site.pool.output().length > before);
    expect(linesSince(before)).toEqual([expect.stringContaining("the packet ended after 20 bytes...skip")]);
  });

  it("a header, then silence, after 10 s", { timeout: 20_000 }, async () => {
    const before = site.pool.output().length;
    expect(await exchange(site.poolSocket, Buffer.from([0, 10, 0, 0]))).toHaveLength(0);
    expect(linesSince(before)).toEqual([expect.stringContaining("no whole packet in 10 s...skip")]);
  });
});

describe("is taken", () => {
  it("a packet byte by byte", async () => {
    const socket = connect(site.poolSocket).setNoDelay();
    for (const byte of packet(get("/pool/hello"))) {
      await new Promise<void>((resolve) => socket.write(Buffer.from([byte]), () => resolve()));
    }
    const chunks = await socket.toArray();
    expect(Buffer.concat(chunks).toString()).toContain("Hello world!");
  });

  it("a client that ends its side once it has sent its request", async () => {
    const chunks = await connect(site.poolSocket)
      .end(packet(get("/pool/hello")))
      .toArray();
    expect(Buffer.concat(chunks).toString()).toContain("Hello world!");
  });

  it("a client that ends its side amid a long answer, and gets all of it", async () => {
    writeFile(
      join(site.folder, "backend/apps/long.ts"),
      `export function* application(environ, start_response) {
        start_response("200 OK", []);
        for (let kilobytes = 0; kilobytes < Number(environ.QUERY_STRING); kilobytes += 8) yield new Uint8Array(8192);
      }`,
    );
    // The worker has ended the answer, with bytes of it still to send, where the kernel takes most and Node (64 kB) the rest.
    for (let kilobytes = 128; kilobytes <= 384; kilobytes += 8) {
      const socket = connect({ path: site.poolSocket, allowHalfOpen: true }).pause();
      socket.write(packet(get("/long", ["QUERY_STRING", String(kilobytes)])));
      await new Promise((readable) => socket.once("readable", readable));
      socket.end();
      // The one worker has seen that end once it answers what came after it.
      await exchange(site.poolSocket, packet(get("/pool/hello")));
      const answer = Buffer.concat(await socket.toArray());
      expect(answer.length - answer.indexOf("\r\n\r\n") - 4).toBe(kilobytes * 1024);
    }
  });

  it("a ping, answered as uWSGI does", async () => {
    expect(await exchange(site.poolSocket, Buffer.from([100, 0, 0, 0]))).toEqual(Buffer.from([100, 0, 0, 1]));
  });

  it("a connect and close, without a line", async () => {
    const before = site.pool.output().length;
    const socket = connect(site.poolSocket).end();
    await new Promise((resolve) => socket.resume().on("close", resolve));
    expect(linesSince(before)).toEqual([]);
  });

  it("UWSGI_FILE, for a file in the root and no other", async () => {
    const named = (file: string) =>
      exchange(site.poolSocket, packet(get("/x/y", ["SCRIPT_NAME", "/x"], ["UWSGI_FILE", file]))).then(String);
    expect(await named("pool/hello.ts")).toContain("Hello world!");
    expect(await named(`${site.folder}/backend/apps/pool/hello.ts`)).toContain("Hello world!");
    for (const file of ["../../njs/apps/hello.ts", "/etc/passwd", "none.ts", `${site.folder}/njs/apps/hello.ts`]) {
      expect(await named(file)).toContain("500 Internal Server Error");
    }
  });

  it("DOCUMENT_ROOT, for a root of the pool's and no other", async () => {
    const rooted = (root: string) =>
      exchange(site.poolSocket, packet(get("/pool/hello", ["DOCUMENT_ROOT", root]))).then(String);
    expect(await rooted("./backend/apps")).toContain("Hello world!");
    expect(await rooted(`${site.folder}/backend/apps`)).toContain("Hello world!");
    expect(await rooted("/usr/share/nginx/html")).toContain("500 Internal Server Error");
    expect(site.pool.output()).toContain("DOCUMENT_ROOT is /usr/share/nginx/html, want one of the pool's roots");
  });
});
