import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, pipeline } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { serve } from "njsgi/pool";
import { get, packet } from "./packet.ts";
import { exchange } from "./request.ts";
import { ALL_SIDES, type AnySide, ask, comparable, type Got, type Sent, useTwoServers } from "./two_servers.ts";
import { until } from "./until.ts";

/** nodeListener: what a listener sees and does is the same over uwsgi, FastCGI and SCGI as with a plain node:http server behind proxy_pass. */

const two = useTwoServers();

const OURS = ["uwsgi", "fastcgi", "scgi"] as const;

const FILE = fileURLToPath(new URL("../package-lock.json", import.meta.url));

/** What a listener saw, for the test to compare. */
type Note = (seen: unknown) => void;
type Noting = (note: Note) => RequestListener;
type Case = [name: string, sent: Sent, listener: Noting];

async function bySide({ 1: sent, 2: listener }: Case): Promise<Record<AnySide, { got: Got; seen: unknown[] }>> {
  const results: Partial<Record<AnySide, { got: Got; seen: unknown[] }>> = {};
  for (const side of ALL_SIDES) {
    const seen: unknown[] = [];
    let open = 0;
    two.answerWith((request, response) => {
      open++;
      response.on("close", () => open--);
      return listener((what) => seen.push(what))(request, response);
    });
    const got = comparable(await ask(two.ports[side], sent));
    await until("the response to be closed", () => open === 0);
    await sleep(20); // for what is said after the end
    results[side] = { got, seen };
  }
  return results as Record<AnySide, { got: Got; seen: unknown[] }>;
}

function compare(cases: Case[]): void {
  it.each(cases)("%s", async (...row) => {
    const { proxy, ...ours } = await bySide(row);
    expect(ours).toEqual({ uwsgi: proxy, fastcgi: proxy, scgi: proxy });
  });
}

/** Headers as a listener may compare them. */
function headersOf({ headers }: IncomingMessage): unknown {
  const { connection: _, ...others } = headers;
  return others;
}

function rawHeadersOf({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    lines.push(`${rawHeaders[i]!.toLowerCase()}: ${rawHeaders[i + 1]}`);
  }
  return lines
    .filter((line) => !line.startsWith("connection:"))
    .sort((a, b) => a.split(":")[0]!.localeCompare(b.split(":")[0]!));
}

const EVENTS = ["aborted", "data", "end", "error", "finish", "drain", "close", "timeout"];

function noteEvents(request: IncomingMessage, response: ServerResponse, note: Note, events = EVENTS): void {
  for (const event of events) {
    if (event !== "data") request.on(event, () => note(`request ${event}`));
    response.on(event, () => note(`response ${event}`));
  }
}

const post = (body: string | Uint8Array, headers: string[] = []): Sent => ({
  method: "POST",
  body,
  headers: ["Content-Type", "text/plain", "Content-Length", String(Buffer.byteLength(body)), ...headers],
});

describe("the request", () => {
  compare([
    [
      "method, url, httpVersion",
      { path: "/a%20b?c=d&e" },
      (note) => (request, response) => {
        const { method, url, httpVersion, httpVersionMajor, httpVersionMinor } = request;
        note({ method, url, httpVersion, httpVersionMajor, httpVersionMinor });
        response.end();
      },
    ],
    [
      "url of a target in absolute form",
      { path: "http://other.test:81?a" },
      (note) => (request, response) => {
        note(request.url);
        response.end();
      },
    ],
    [
      "headers",
      { headers: ["X-One", "1", "Accept-Encoding", "gzip", "DNT", "1"] },
      (note) => (request, response) => {
        note(headersOf(request));
        response.end();
      },
    ],
    [
      "headers of several values, in order",
      { headers: ["Cookie", "a=1", "X-Two", "1", "Cookie", "b=2", "X-Two", "2", "Accept", "a", "Accept", "b"] },
      (note) => (request, response) => {
        note([headersOf(request), rawHeadersOf(request), request.headersDistinct["x-two"]]);
        response.end();
      },
    ],
    [
      "bytes beyond ASCII",
      { path: "/caf%C3%A9", headers: ["X-Name", "caf\u00e9"] },
      (note) => (request, response) => {
        note([request.url, request.headers["x-name"]]);
        response.end();
      },
    ],
    [
      "forwarded headers, which a client can't forge",
      { headers: ["X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "https", "X-Real-IP", "6.6.6.6"] },
      (note) => (request, response) => {
        note(headersOf(request));
        response.end();
      },
    ],
    [
      "what belongs to the connection is not there",
      { headers: ["TE", "trailers", "Keep-Alive", "timeout=5", "Upgrade", "h2c"] },
      (note) => (request, response) => {
        note([
          request.headers.te,
          request.headers["keep-alive"],
          request.headers["transfer-encoding"],
          request.trailers,
        ]);
        response.end();
      },
    ],
    [
      "complete, aborted, destroyed, before and after",
      {},
      (note) => (request, response) => {
        const states = () => note([request.complete, request.aborted, request.destroyed, request.readableEnded]);
        states();
        request.resume().on("end", () => {
          states();
          response.end();
        });
        response.on("close", states);
      },
    ],
    [
      "a body that is read",
      post("hello world"),
      (note) => async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        note([headersOf(request), request.complete]);
        response.end(Buffer.concat(chunks));
      },
    ],
    [
      "a chunked body",
      { method: "PUT", body: "hello world", headers: ["Transfer-Encoding", "chunked"] },
      (note) => async (request, response) => {
        note(headersOf(request));
        response.end(await new Response(Readable.toWeb(request) as ReadableStream).text());
      },
    ],
    [
      "a body that is large",
      post("0123456789".repeat(300_000)),
      (note) => async (request, response) => {
        let bytes = 0;
        for await (const chunk of request) bytes += (chunk as Buffer).length;
        note([bytes, request.complete]);
        response.end(String(bytes));
      },
    ],
    [
      "setEncoding and a text body",
      post("h\u00e9llo"),
      (note) => (request, response) => {
        request
          .setEncoding("utf8")
          .on("data", note)
          .on("end", () => response.end());
      },
    ],
    [
      "Expect: 100-continue",
      post("hello", ["Expect", "100-continue"]),
      (note) => (request, response) => {
        note(request.headers.expect);
        request.pipe(response);
      },
    ],
    [
      "setTimeout",
      {},
      (note) => (request, response) => {
        request.setTimeout(20, () => {
          note("timeout");
          response.end("late");
        });
        response.on("timeout", () => {
          note("response timeout");
          response.end("late");
        });
      },
    ],
  ]);
});

it.each(OURS)("a target in absolute form says the Host, by %s", async (side) => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  two.answerWith((request, response) => {
    resolve([request.headers.host, request.rawHeaders.filter((value) => /\.test/.test(value))]);
    response.end();
  });
  await ask(two.ports[side], { path: "http://other.test:81/a" }); // to site.test
  expect(await promise).toEqual(["other.test:81", ["other.test:81"]]);
});

describe("the order of events", () => {
  compare([
    [
      "GET, ended at once",
      {},
      (note) => (request, response) => {
        noteEvents(request, response, note);
        response.end("x", () => note("callback"));
      },
    ],
    [
      "GET, read and answered later",
      {},
      (note) => (request, response) => {
        noteEvents(request, response, note);
        request.resume().on("end", () => setTimeout(() => response.end("x"), 10));
      },
    ],
    [
      "POST, read",
      post("hello"),
      (note) => (request, response) => {
        noteEvents(request, response, note);
        request.resume().on("end", () => response.end("x"));
      },
    ],
    [
      "POST, not read",
      post("hello"),
      (note) => (request, response) => {
        noteEvents(request, response, note);
        response.end("x");
      },
    ],
    [
      "POST, not read, answered later",
      post("hello"),
      (note) => (request, response) => {
        noteEvents(request, response, note);
        setTimeout(() => response.end("x"), 20);
      },
    ],
    [
      "chunks",
      {},
      (note) => (request, response) => {
        noteEvents(request, response, note);
        response.write("a", () => note("written"));
        setTimeout(() => response.end("b"), 10);
      },
    ],
    [
      "HEAD",
      { method: "HEAD" },
      (note) => (request, response) => {
        noteEvents(request, response, note);
        response.end("not sent");
      },
    ],
    [
      "end twice",
      {},
      (note) => (request, response) => {
        noteEvents(request, response, note);
        response.end("once");
        response.end();
        response.end(() => note("callback"));
      },
    ],
    [
      "end twice with a chunk",
      {},
      (note) => (_request, response) => {
        response.on("error", (error: NodeJS.ErrnoException) => note(error.code));
        response.end("once");
        response.end("twice", (error?: NodeJS.ErrnoException) => note(error?.code));
        note(response.write("more"));
      },
    ],
  ]);
});

describe("the response", () => {
  compare([
    [
      "writeHead with a reason and headers",
      {},
      () => (_request, response) => {
        response.writeHead(201, "Made", { "X-One": "1", "X-Two": ["a", "b"] }).end("x");
      },
    ],
    [
      "writeHead with a list",
      {},
      () => (_request, response) => {
        response.writeHead(200, ["X-One", "1", "X-One", "2"]).end("x");
      },
    ],
    [
      "writeHead over setHeader",
      {},
      () => (_request, response) => {
        response.setHeader("X-One", "set").setHeader("X-Two", "kept");
        response.writeHead(200, { "x-one": "head" }).end("x");
      },
    ],
    [
      "setHeader, appendHeader, getHeaders, removeHeader, headersSent",
      {},
      (note) => (_request, response) => {
        response.setHeader("Set-Cookie", ["a=1", "b=2"]).appendHeader("Set-Cookie", "c=3");
        response.setHeader("X-Gone", "1");
        response.removeHeader("X-Gone");
        note([response.getHeaders(), response.getHeaderNames(), response.hasHeader("x-gone"), response.headersSent]);
        response.end("x");
        note(response.headersSent);
        try {
          response.setHeader("X-Late", "1");
        } catch (error) {
          note((error as NodeJS.ErrnoException).code);
        }
      },
    ],
    [
      "statusCode and statusMessage",
      {},
      () => (_request, response) => {
        Object.assign(response, { statusCode: 404, statusMessage: "Nothing" });
        response.end("none");
      },
    ],
    ["implicit headers, a length that is known", {}, () => (_request, response) => void response.end("hello")],
    ["no body at all", {}, () => (_request, response) => void response.end()],
    [
      "chunks",
      {},
      () => (_request, response) => {
        response.write("one ");
        response.write(Buffer.from("two "));
        response.end("three");
      },
    ],
    [
      "Transfer-Encoding said",
      {},
      () => (_request, response) => {
        response.setHeader("Transfer-Encoding", "chunked");
        response.write("one ");
        response.end("two");
      },
    ],
    [
      "trailers are ignored",
      {},
      () => (_request, response) => {
        response.writeHead(200, { Trailer: "X-Sum", "Transfer-Encoding": "chunked" });
        response.write("body");
        response.addTrailers({ "X-Sum": "1" });
        response.end();
      },
    ],
    [
      "flushHeaders",
      {},
      (note) => (_request, response) => {
        response.flushHeaders();
        note(response.headersSent);
        setTimeout(() => response.end("later"), 10);
      },
    ],
    [
      "keep-alive headers",
      {},
      () => (_request, response) => {
        response.writeHead(200, { Connection: "keep-alive", "Keep-Alive": "timeout=5" }).end("x");
      },
    ],
    ["HEAD", { method: "HEAD" }, () => (_request, response) => void response.end("hello")],
    [
      "HEAD with a length",
      { method: "HEAD" },
      () => (_request, response) => {
        response.writeHead(200, { "Content-Length": 1000 }).end();
      },
    ],
    ["204", {}, () => (_request, response) => void response.writeHead(204).end()],
    ["204 with a body", {}, () => (_request, response) => void response.writeHead(204).end("not sent")],
    ["304", {}, () => (_request, response) => void response.writeHead(304, { ETag: '"a"' }).end("not sent")],
    [
      "more than Content-Length",
      {},
      () => (_request, response) => {
        response.writeHead(200, { "Content-Length": 5 }).end("hello world");
      },
    ],
    [
      "less than Content-Length",
      {},
      () => (_request, response) => {
        response.writeHead(200, { "Content-Length": 50 }).end("hello");
      },
    ],
    [
      "strictContentLength",
      {},
      (note) => (_request, response) => {
        response.strictContentLength = true;
        response.writeHead(200, { "Content-Length": 3 });
        try {
          response.end("hello");
        } catch (error) {
          note((error as NodeJS.ErrnoException).code);
          response.end("abc");
        }
      },
    ],
    [
      "a header that is none",
      {},
      (note) => (_request, response) => {
        try {
          response.setHeader("X-Bad", "a\nb");
        } catch (error) {
          note((error as NodeJS.ErrnoException).code);
        }
        response.end();
      },
    ],
    [
      "bytes beyond ASCII in a header",
      {},
      () => (_request, response) => {
        response.setHeader("X-Name", "caf\u00e9").end("x");
      },
    ],
    [
      "destroyed before the head: a 502",
      { method: "POST" },
      (note) => (_request, response) => {
        response.on("close", () => note([response.writableFinished, response.destroyed]));
        response.socket!.destroy();
      },
    ],
    [
      "destroyed after the head",
      {},
      () => (_request, response) => {
        response.writeHead(200, { "Content-Length": 50 });
        response.write("hello", () => setTimeout(() => response.destroy(), 20));
      },
    ],
    [
      "pipe of a large stream",
      {},
      (note) => (_request, response) => {
        const chunks = Array.from({ length: 200 }, (_, at) => Buffer.alloc(30_000, String(at % 10)));
        Readable.from(chunks, { objectMode: false })
          .pipe(response)
          .on("finish", () => note("finish"));
      },
    ],
    [
      "pipeline of a file",
      {},
      (note) => (_request, response) => {
        pipeline(createReadStream(FILE), response, (error) => note(error?.message));
      },
    ],
    [
      "pipeline of a stream that fails",
      {},
      (note) => (_request, response) => {
        async function* broken() {
          response.writeHead(200, { "Content-Length": 50 });
          yield "hello";
          await sleep(20);
          throw new Error("broken");
        }
        pipeline(broken, response, (error) => note(error?.message));
      },
    ],
    [
      "write waits for drain",
      {},
      (note) => (_request, response) => {
        const block = Buffer.alloc(1_000_000, "x");
        let left = 8;
        function more() {
          note(response.writableNeedDrain);
          if (left-- === 0) response.end();
          else if (response.write(block)) setImmediate(more);
          else response.once("drain", more);
        }
        more();
      },
    ],
  ]);

  it("a GET destroyed before the head is asked again, if it came on a kept connection: nginx takes that for one closed meanwhile", async () => {
    two.answerWith((_request, response) => void response.end());
    await ask(two.ports.fastcgi, {});
    let asked = 0;
    two.answerWith((_request, response) => void (asked++, response.socket!.destroy()));
    expect(await ask(two.ports.fastcgi, {})).toMatchObject({ status: 502 });
    expect(asked).toBe(2);
  });

  // Behind proxy_pass nginx 1.22 takes the 100 for the answer.
  it.each(OURS)("writeContinue and all else that sends a 1xx is harmless, by %s", async (side) => {
    two.answerWith((_request, response) => {
      response.writeContinue(() => {
        response.writeProcessing(() => {
          response.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => {
            response.writeInformation(110, () => response.end("x"));
          });
        });
      });
    });
    expect(await ask(two.ports[side], {})).toMatchObject({ status: 200, body: "x" });
  });

  // Behind proxy_pass it is at times a 502: node:http closes with bytes to read, and the reset takes the answer along.
  it.each(OURS.flatMap((side) => [[side, "/"] as const, [side, "/streamed"] as const]))(
    "answers a large body that nobody reads, by %s to %s",
    async (side, path) => {
      two.answerWith((_request, response) => void response.end("not read"));
      expect(await ask(two.ports[side], { ...post("0123456789".repeat(300_000)), path })).toMatchObject({
        status: 200,
        body: "not read",
      });
    },
  );
});

describe("what a listener throws, where plain node:http would end, is a 500", () => {
  it.each<[what: string, listener: RequestListener | Server]>([
    [
      "by a server's listener",
      createServer(() => {
        throw new Error("thrown on purpose");
      }),
    ],
    [
      "as a promise of a server's listener",
      createServer(async (_request, response) => {
        response.setHeader("X-Of-The-Answer", "1");
        await sleep(1);
        throw new Error("rejected on purpose");
      }),
    ],
    [
      "at once",
      () => {
        throw new Error("thrown on purpose");
      },
    ],
    [
      "as a promise",
      async (_request, response) => {
        response.setHeader("X-Of-The-Answer", "1");
        await sleep(1);
        throw new Error("rejected on purpose");
      },
    ],
  ])("%s", async (_what, listener) => {
    const folder = mkdtempSync(join(tmpdir(), "njsgi-"));
    const server = await serve({ listener, bind: `unix:${folder}/x.sock` });
    try {
      const answer = String(await exchange(`${folder}/x.sock`, packet(get("/"))));
      expect(answer).toMatch(/^HTTP\/1.1 500 .*500 Internal Server Error\n$/s);
      expect(answer).not.toContain("X-Of-The-Answer");
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("the connection", () => {
  it.each(OURS)("by %s says the client's address", async (side) => {
    const { promise, resolve } = Promise.withResolvers<unknown[]>();
    two.answerWith(({ socket }, response) => {
      const { remoteAddress, remoteFamily, remotePort, localAddress, localPort } = socket;
      resolve([remoteAddress, remoteFamily, typeof remotePort, localAddress, localPort, "encrypted" in socket]);
      expect(response.socket).toBe(socket);
      response.end();
    });
    await ask(two.ports[side], {});
    expect(await promise).toEqual(["127.0.0.1", "IPv4", "number", "127.0.0.1", two.ports[side], false]);
  });

  it.each<[what: string, sent: string, isWhole: boolean]>([
    ["goes while it waits", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", true],
    ["goes amid its body", "POST /streamed HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nhello", false],
  ])("a client that %s is told as node:http does", async (_what, sent, isWhole) => {
    const all: Partial<Record<AnySide, unknown[]>> = {};
    for (const side of ALL_SIDES) {
      const seen: unknown[] = [];
      const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>();
      two.answerWith((request, response) => {
        noteEvents(request, response, (what) => seen.push(what));
        request.on("error", (error: NodeJS.ErrnoException) => seen.push(error.code)).resume();
        response.on("close", () => seen.push([request.aborted, request.complete, request.signal.aborted]));
        setTimeout(arrive, 20);
      });
      const socket = connect(two.ports[side], "127.0.0.1", () => socket.write(sent));
      await arrived;
      socket.destroy();
      await until("the response to be closed", () => seen.includes("response close"));
      await sleep(20);
      all[side] = seen;
    }
    const { proxy, ...ours } = all;
    expect(ours).toEqual({ uwsgi: proxy, fastcgi: proxy, scgi: proxy });
    expect(proxy!.includes("request end")).toBe(isWhole);
  });
});
