import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { get } from "./packet.ts";
import { answers, begin, fastcgi, pairs, record, records, TYPE } from "./records.ts";
import { request } from "./request.ts";
import { speaking } from "./transports.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** What comes to a pool's FastCGI socket besides nginx's requests, and what nginx never sends. */
const site = useSite({
  serve: ["--root", "backend/apps", "--protocol", "fastcgi"],
  conf: (conf) => speaking("fastcgi", conf),
  files: {
    "backend/apps/echo.ts": `export async function* application(environ, start_response) {
      const chunks = [];
      for await (const chunk of environ["wsgi.input"].chunks()) chunks.push(chunk);
      start_response("200 OK", []);
      yield* chunks;
    }`,
    "backend/apps/waits.ts": `export async function application(environ, start_response) {
      const signal = environ["njsgi.signal"];
      const log = (text) => environ["wsgi.errors"].write(text + environ.QUERY_STRING);
      log("waits ");
      await new Promise((go) => { globalThis.go = go; signal.addEventListener("abort", go); });
      if (signal.aborted) log("aborted ");
      start_response("200 OK", []);
      return ["waited"];
    }`,
    "backend/apps/go.ts": `export function application(environ, start_response) {
      globalThis.go();
      start_response("200 OK", []);
      return ["went"];
    }`,
    "backend/apps/hello.ts": `export function application(environ, start_response) {
      environ["wsgi.errors"].write("hello " + environ.QUERY_STRING);
      start_response("200 OK", []);
      return ["hello " + environ.QUERY_STRING];
    }`,
  },
});

const HELLO = (query = "") => get("/hello", ["QUERY_STRING", query]);
const hello = (query = "", id = 1) => ({
  id,
  status: 0,
  text: `Status: 200 OK\r\nContent-Length: ${6 + query.length}\r\n\r\nhello ${query}`,
});

function linesSince(length: number): string[] {
  return site.pool.output().slice(length).split("\n").filter(Boolean);
}

/** A connection to the pool, and what came by it. */
interface Talk {
  socket: Socket;
  received(): Buffer;
  /** Waits for so many answers. */
  answered(count: number): Promise<ReturnType<typeof answers>>;
  closed: Promise<void>;
}

function talk(...sent: Uint8Array[]): Talk {
  const chunks: Buffer[] = [];
  const socket = connect(site.poolSocket, () => socket.write(Buffer.concat(sent)));
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  const received = () => Buffer.concat(chunks);
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  return {
    socket,
    received,
    closed,
    async answered(count) {
      await until(`${count} answers`, () => answers(received()).length >= count || socket.closed, 5);
      return answers(received());
    },
  };
}

describe("a connection", () => {
  it("has one request after the other, also in one packet where each is answered at once", async () => {
    await request(site.socket, "/hello"); // its file is loaded
    const { answered, socket } = talk(fastcgi(HELLO("1")), fastcgi(HELLO("2"), "", { id: 2 }), fastcgi(HELLO("3")));
    expect(await answered(3)).toEqual([hello("1"), hello("2", 2), hello("3")]);
    socket.write(fastcgi(HELLO("4")));
    expect((await answered(4))[3]).toEqual(hello("4"));
    socket.destroy();
  });

  it("may bring them byte by byte", async () => {
    const { answered, socket } = talk();
    socket.setNoDelay();
    for (const byte of Buffer.concat([fastcgi(HELLO("1")), fastcgi(HELLO("2"))])) {
      await new Promise<void>((sent) => socket.write(Buffer.from([byte]), () => sent()));
    }
    expect(await answered(2)).toEqual([hello("1"), hello("2")]);
    socket.destroy();
  });

  it("that is not to be kept ends with its answer, and what comes behind does not run", async () => {
    const before = site.pool.output().length;
    const { received, closed } = talk(fastcgi(HELLO("only"), "", { isKept: false }), fastcgi(HELLO("behind")));
    await closed;
    expect(answers(received())).toEqual([hello("only")]);
    expect(linesSince(before).join("\n")).not.toContain("hello behind");
  });

  it("refuses a second request beside one that is answered", async () => {
    const waits = get("/waits", ["QUERY_STRING", "alone"]);
    const { answered, socket } = talk(fastcgi(waits), fastcgi(HELLO(), "", { id: 2 }));
    expect(await answered(1)).toEqual([{ id: 2, status: 1, text: "" }]); // FCGI_CANT_MPX_CONN
    await site.pool.printed("waits alone");
    await request(site.socket, "/go");
    expect((await answered(2))[1]).toMatchObject({ id: 1, status: 0, text: expect.stringContaining("waited") });
    socket.destroy();
  });

  it("goes on behind a body that nobody reads, answered at once or later", async () => {
    const body = Buffer.alloc(1_000_000, "x");
    const unread = (path: string) =>
      fastcgi(get(path, ["CONTENT_LENGTH", String(body.length)], ["QUERY_STRING", "unread"]), body);
    const { answered, socket } = talk(unread("/hello"), unread("/waits"));
    expect(await answered(1)).toEqual([hello("unread")]);
    await site.pool.printed("waits unread");
    await request(site.socket, "/go");
    await answered(2);
    socket.write(fastcgi(HELLO("next")));
    expect((await answered(3))[2]).toEqual(hello("next"));
    socket.destroy();
  });

  it("refuses another role than a responder's, and goes on", async () => {
    const { answered, socket } = talk(fastcgi(HELLO(), "", { role: 2, id: 7 }), fastcgi(HELLO("after")));
    expect(await answered(2)).toEqual([{ id: 7, status: 3, text: "" }, hello("after")]); // FCGI_UNKNOWN_ROLE
    socket.destroy();
  });

  it("answers FCGI_GET_VALUES, and any other record of its own that it is of no known type", async () => {
    const asked = pairs([
      ["FCGI_MAX_CONNS", ""],
      ["FCGI_MPXS_CONNS", ""],
      ["OTHER", ""],
    ]);
    const { received, answered, socket } = talk(record(TYPE.getValues, asked, 0), record(77, "x", 0), fastcgi(HELLO()));
    await answered(1);
    expect(records(received()).slice(0, 2)).toEqual([
      { type: TYPE.valuesResult, id: 0, content: pairs([["FCGI_MPXS_CONNS", "0"]]) },
      { type: TYPE.unknown, id: 0, content: Buffer.from([77, 0, 0, 0, 0, 0, 0, 0]) },
    ]);
    socket.destroy();
  });

  it("has a request aborted before its params are whole, and is free for another", async () => {
    const params = record(TYPE.params, pairs(HELLO("aborted")));
    const { answered, socket } = talk(begin(), params, record(TYPE.abort), fastcgi(HELLO("next")));
    expect(await answered(2)).toEqual([{ id: 1, status: 0, text: "" }, hello("next")]);
    socket.destroy();
  });

  it.each<[what: string, leave: (socket: Socket) => void]>([
    ["FCGI_ABORT_REQUEST", (socket) => void socket.write(record(TYPE.abort))],
    ["an end of the connection", (socket) => void socket.destroy()],
  ])("fires the signal of the application at %s", async (what, leave) => {
    const id = what.split(" ").at(-1)!;
    const { socket } = talk(fastcgi(get("/waits", ["QUERY_STRING", id])));
    await site.pool.printed(`waits ${id}`);
    leave(socket);
    await site.pool.printed(`aborted ${id}`);
    socket.destroy();
  });

  it("that dies amid a request's body is the application's to hear of", async () => {
    const vars = get("/echo", ["CONTENT_LENGTH", "10"]);
    const { socket } = talk(fastcgi(vars, "half").subarray(0, -8));
    await new Promise((sent) => socket.once("connect", sent));
    await request(site.socket, "/hello"); // the one worker has read it
    socket.destroy();
    await site.pool.printed('"GET /echo HTTP/1.1" Error: the request body ended after 4 bytes, CONTENT_LENGTH says 10');
  });
});

describe("ends with one line in the log", () => {
  it.each<[what: string, bytes: Uint8Array, line: string]>([
    [
      "HTTP",
      Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
      "this is HTTP on a FastCGI socket, put nginx before it or use --protocol http",
    ],
    ["a TLS ClientHello", Buffer.from([22, 3, 1, 2, 0, 1, 0, 0]), "invalid FastCGI request...skip: version 22, want 1"],
    ["no REQUEST_METHOD", fastcgi([["PATH_INFO", "/"]]), "no REQUEST_METHOD in the packet"],
    ["a length that is none", fastcgi(get("/", ["CONTENT_LENGTH", "-1"])), 'CONTENT_LENGTH is "-1"'],
    ["params twice as large as may be", fastcgi(get("/", ["A", "x".repeat(130_000)])), "(max 65535)"],
    ["a body before the params are whole", Buffer.concat([begin(), record(TYPE.stdin, "x")]), "out of turn"],
  ])("%s", async (_what, bytes, line) => {
    const before = site.pool.output().length;
    await talk(bytes).closed;
    await until("the line", () => site.pool.output().length > before);
    expect(linesSince(before)).toEqual([expect.stringContaining(line)]);
  });

  it(
    "a header, then silence, after 10 s; but no connection whose requests are answered",
    { timeout: 20_000 },
    async () => {
      const before = site.pool.output().length;
      const idle = talk(fastcgi(HELLO("idle")));
      const late = talk(fastcgi(HELLO("late")).subarray(0, -8));
      await Promise.all([idle.answered(1), late.answered(1)]);
      // The end of a body nobody waited for, in two pieces: a record in part, for a moment.
      const end = record(TYPE.stdin);
      late.socket.write(end.subarray(0, 5));
      await request(site.socket, "/hello"); // the one worker has read it
      late.socket.write(end.subarray(5));
      const silent = talk(record(TYPE.stdin).subarray(0, 5));
      await silent.closed;
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(linesSince(before).filter((line) => line.includes("skip"))).toEqual([
        expect.stringContaining("no whole request in 10 s...skip"),
      ]);
      for (const { socket, answered } of [idle, late]) {
        socket.write(fastcgi(HELLO("again")));
        expect((await answered(2))[1]).toEqual(hello("again"));
        socket.destroy();
      }
    },
  );
});

describe("a body in chunks, of which nginx that does not buffer it says no length", () => {
  const chunked = get("/echo", ["HTTP_TRANSFER_ENCODING", "chunked"], ["CONTENT_LENGTH", ""]);
  const head = fastcgi(chunked).subarray(0, -8); // without the record that ends its body

  it("is read to its end", async () => {
    const { answered, socket } = talk(head, record(TYPE.stdin, "first "));
    await once(socket, "connect");
    socket.write(Buffer.concat([record(TYPE.stdin, "last"), record(TYPE.stdin)]));
    expect((await answered(1))[0]).toMatchObject({ text: expect.stringMatching(/\r\n\r\nfirst last$/) });
    socket.destroy();
  });

  it("may be empty", async () => {
    const { answered, socket } = talk(fastcgi(chunked));
    expect((await answered(1))[0]).toMatchObject({ text: expect.stringMatching(/\r\n\r\n$/) });
    socket.destroy();
  });

  it("is an error to who reads it where its client goes before", async () => {
    const before = site.pool.output().length;
    const { socket } = talk(head, record(TYPE.stdin, "first "));
    await once(socket, "connect");
    socket.end();
    await until("the error", () => linesSince(before).join().includes("the request body was cut off before its end"));
  });
});
