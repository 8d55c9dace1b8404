import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { keepAliveClient } from "./keep_alive_client.ts";
import { request } from "./request.ts";
import { speaking } from "./transports.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** FastCGI on connections nginx keeps: nginx.conf as its comment says. */
const site = useSite({
  serve: ["--root", "backend/apps", "--protocol", "fastcgi"],
  conf: (conf) => speaking("fastcgi", conf).replace("worker_processes auto", "worker_processes 1"),
  files: {
    // Says by which of the connections it came.
    "backend/apps/which.ts": `import { nodeListener } from "njsgi/pool";
    const sockets = new Map();
    export const application = nodeListener((request, response) => {
      if (!sockets.has(request.socket)) sockets.set(request.socket, sockets.size);
      response.statusCode = Number(request.url.split("?")[1] ?? 200);
      response.setHeader("X-Connection", String(sockets.get(request.socket)));
      response.end("not read");
    });`,
    // Once it has all of it: nginx sends no more of a body when a head has come. It reads slower than nginx sends, and
    // answers in chunks that are a record each, and in one that is many.
    "backend/apps/echo.ts": `export async function* application(environ, start_response) {
      const chunks = [];
      for await (const chunk of environ["wsgi.input"].chunks()) {
        chunks.push(chunk);
        await new Promise(setImmediate);
      }
      start_response("200 OK", []);
      yield* chunks.splice(0, chunks.length / 2);
      yield Buffer.concat(chunks);
    }`,
    // The chunk after the one that leaves with the head, and then no end.
    "backend/apps/chunks.ts": `export async function* application(environ, start_response) {
      start_response("200 OK", []);
      yield "first ";
      await new Promise((resolve) => setTimeout(resolve, 100));
      yield "second";
      await new Promise((resolve) => environ["njsgi.signal"].addEventListener("abort", resolve));
    }`,
    "backend/apps/writes.ts": `import { nodeListener } from "njsgi/pool";
    export const application = nodeListener((request, response) => {
      response.write("first ");
      setTimeout(() => response.write("second"), 100);
    });`,
    // Without an end; /made says how many blocks of 100 kB there were.
    "backend/apps/endless.ts": `export function* application(environ, start_response) {
      start_response("200 OK", []);
      globalThis.made = {};
      for (made.endless = 1; ; made.endless++) yield "x".repeat(100_000);
    }`,
    "backend/apps/endless/writes.ts": `import { nodeListener } from "njsgi/pool";
    export const application = nodeListener((request, response) => {
      globalThis.made = { writes: 0 };
      const more = () => {
        do made.writes++;
        while (response.write("x".repeat(100_000)));
      };
      response.on("drain", more);
      more();
    });`,
    "backend/apps/made.ts": `export function application(environ, start_response) {
      start_response("200 OK", []);
      return [String(globalThis.made?.[environ.QUERY_STRING] ?? 0)];
    }`,
    "backend/apps/killed.ts": `export async function* application(environ, start_response) {
      start_response("200 OK", [["Content-Length", "100000"]]);
      yield new Uint8Array(50_000);
      setImmediate(() => process.kill(process.pid, "SIGKILL"));
      await new Promise(() => {});
    }`,
    "backend/apps/hello.ts": `export function application(environ, start_response) {
      start_response("200 OK", []);
      return ["hello " + environ.QUERY_STRING];
    }`,
    "backend/apps/file.ts": `import { createReadStream } from "node:fs";
    export function application(environ, start_response) {
      start_response("200 OK", [["Content-Type", "text/x"]]);
      return environ["wsgi.file_wrapper"](createReadStream("backend/files/digits.txt"));
    }`,
  },
});

beforeAll(() => {
  mkdirSync(join(site.folder, "backend/files"));
  writeFileSync(join(site.folder, "backend/files/digits.txt"), "0123456789".repeat(10_000));
});

describe("behind nginx, by the lines nginx.conf has as a comment", () => {
  const which = async (path = "/which", method = "GET", body?: Uint8Array) => {
    const { status, headers } = await request(site.socket, path, { method, body });
    return [status, headers["x-connection"]];
  };

  it("a hundred requests come by one connection, up to a HEAD, after which nginx closes it", async () => {
    const [, first] = await which();
    for (let turn = 0; turn < 50; turn++) {
      expect(await which()).toEqual([200, first]);
      expect(await which("/which", "POST", Buffer.alloc(1000))).toEqual([200, first]);
    }
    expect(await which("/which?204")).toEqual([204, first]);
    expect(await which("/which?304")).toEqual([304, first]);
    expect(await which("/which", "HEAD")).toEqual([200, first]);
    expect(await which()).not.toEqual([200, first]);
  });

  it("a large body nobody reads costs neither its answer nor the next one", async () => {
    for (let turn = 0; turn < 20; turn++) {
      expect((await which("/which", "POST", Buffer.alloc(300_000)))[0]).toBe(200);
      expect(await which()).toEqual([200, expect.any(String)]);
    }
  });

  it.each(["/chunks", "/writes"])("%s: a chunk leaves as it comes", async (path) => {
    const client = connect(site.socket, () => client.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`));
    let text = "";
    client.on("data", (chunk) => (text += String(chunk)));
    await until("the second chunk, of an answer that does not end", () => text.includes("second"), 3);
    client.destroy();
  });

  // Buffered, nginx would take in all of it, to disk: fastcgi_max_temp_file_size is 1 GB.
  it.each(["/endless", "/endless/writes"])("%s: what nobody reads is not made", async (path) => {
    const made = async () => Number((await request(site.socket, `/made?${path.split("/").at(-1)}`)).text);
    const client = connect(site.socket, () => client.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)).pause();
    onTestFinished(() => void client.destroy());
    let blocks = 0;
    await until("its start", async () => (blocks = await made()) > 0);
    for (let same = 0; same < 100; same++) {
      const now = await made();
      if (now !== blocks) same = 0;
      blocks = now;
      expect(blocks, "blocks of 100 kB").toBeLessThan(100);
    }
  });

  // With fastcgi_buffering off nginx took it for whole, and its client waited for the rest.
  it("a worker that is killed amid a response of known length is a cut, and the next request another one's", async () => {
    await expect(request(site.socket, "/killed")).rejects.toThrow(/aborted|socket hang up/);
    await until("another worker", async () => (await request(site.socket, "/hello?x")).status === 200);
  });

  it("50 MB come and go, byte for byte", async () => {
    const body = randomBytes(50_000_000);
    const answer = await request(site.socket, "/echo", { method: "POST", body });
    const hash = (bytes: Uint8Array) => createHash("sha1").update(bytes).digest("hex");
    expect([answer.body.length, hash(answer.body)]).toEqual([body.length, hash(body)]);
  });

  it("what wsgi.file_wrapper has, nginx sends", async () => {
    const part = await request(site.socket, "/file", { headers: { Range: "bytes=10-12" } });
    expect(part).toMatchObject({ status: 206, text: "012" });
    expect(part.headers).toMatchObject({ "content-range": "bytes 10-12/100000", "content-type": "text/x" });
  });
});

describe("kept connections of workers that go", () => {
  it.each(["GET", "POST"])("lose no %s", { timeout: 60_000 }, async (method) => {
    const run = { sent: 0, isOver: false };
    const failures: string[] = [];
    async function client(): Promise<void> {
      const { send, close } = keepAliveClient(site.socket, () => failures.push("sent again"));
      while (!run.isOver) {
        const id = String(++run.sent);
        const { status, text } = await send(method, `/hello?${id}`);
        if (status !== 200 || text !== `hello ${id}`) failures.push(`${id}: ${status} ${text}`);
      }
      close();
    }
    const clients = Promise.all(Array.from({ length: 16 }, client));
    const reloads = () => site.pool.output().split(": reloaded\n").length - 1;
    for (let turn = 1; turn <= 3; turn++) {
      await until("requests to be under way", () => run.sent > turn * 1000);
      const before = reloads();
      site.pool.kill("SIGHUP");
      await until(`reload ${turn}`, () => reloads() > before, 15);
    }
    await until("5000 requests", () => run.sent > 5000, 30);
    run.isOver = true;
    await clients;
    expect(failures).toEqual([]);
  });

  it("do not keep a pool that is told to stop", async () => {
    await request(site.socket, "/hello");
    const begun = Date.now();
    site.pool.kill("SIGTERM");
    expect(await site.pool.exited).toBe(0);
    expect(Date.now() - begun, "ms, of --graceful-timeout 30 s").toBeLessThan(10_000);
  });
});
