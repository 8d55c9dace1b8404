import { mkdtempSync, rmSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nodeListener } from "njsgi/pool";
import { type Gateway, newGateway } from "../backend/gateway/gateway.ts";
import { timeOutRequests } from "../backend/worker/request_timeout.ts";
import { listen, type PoolServer, type Protocol } from "../backend/worker/serve.ts";
import { freePort } from "./free_port.ts";
import { get, packet } from "./packet.ts";
import { exchange } from "./request.ts";
import { until } from "./until.ts";

/** A node:http listener is counted, limited and timed out as any application. */

const PROTOCOLS: Protocol[] = ["uwsgi", "http"];

let folder: string;
let server: PoolServer;
let gateway: Gateway;
let answered: [status: number, bodyBytes: number][];
let failed: number;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "njsgi-"))));
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const path = () => join(folder, "x.sock");

async function start(
  listener: RequestListener,
  protocol: Protocol,
  options: Partial<Gateway> = {},
  bind = `unix:${path()}`,
): Promise<void> {
  answered = [];
  failed = 0;
  const observer = {
    answered: (_exchange: unknown, status: number, bytes: number) => void answered.push([status, bytes]),
    failed: () => void failed++,
  };
  gateway = newGateway({ application: nodeListener(listener), observer, ...options });
  server = await listen(gateway, bind, protocol, 16);
}

/** A request's bytes; over HTTP the last of its connection. */
function asked(protocol: Protocol, method = "GET", uri = "/"): Buffer {
  if (protocol === "http") return Buffer.from(`${method} ${uri} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  return packet([["REQUEST_METHOD", method], ...get(uri).slice(1)]);
}

describe.each(PROTOCOLS)("over %s", (protocol) => {
  it("is counted, with its status and the bytes of its body", async () => {
    await start((request, response) => void response.writeHead(request.url === "/" ? 200 : 404).end("hello"), protocol);
    await exchange(path(), asked(protocol));
    await exchange(path(), asked(protocol, "HEAD", "/none"));
    // without a length HTTP has chunks: 5\r\nhello\r\n0\r\n\r\n
    const bytes = protocol === "http" ? 15 : 5;
    expect(answered).toEqual([
      [200, bytes],
      [404, 0],
    ]);
    expect(gateway.open.size).toBe(0);
  });

  it("is a 499 when its client goes first", async () => {
    let signal: AbortSignal | undefined;
    await start((request) => void (signal = request.signal), protocol);
    const socket = connect(path(), () => socket.write(asked(protocol)));
    await until("the request", () => gateway.open.size === 1 && signal !== undefined);
    socket.destroy();
    await until("its end", () => gateway.open.size === 0);
    expect([answered, failed, signal!.aborted]).toEqual([[[499, 0]], 0, true]);
  });

  it("is a 504 when it takes too long, and what it says then goes nowhere", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start(async (_request, response) => {
      response.setHeader("X-Of-The-Answer", "1");
      await promise;
      response.end("too late");
    }, protocol);
    const answer = exchange(path(), asked(protocol));
    await until("the request", () => gateway.open.size === 1);
    timeOutRequests(gateway.open, 1e-9);
    expect(String(await answer)).toMatch(/^HTTP\/1.1 504 (?!.*X-Of-The-Answer).*504 Gateway Timeout\n$/s);
    resolve();
    await until("its end", () => answered.length > 0);
    expect([answered[0]![0], failed]).toEqual([504, 0]);
  });

  it("is not timed out once its head has left", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    await start(async (_request, response) => {
      response.flushHeaders();
      await promise;
      response.end("in time");
    }, protocol);
    const answer = exchange(path(), asked(protocol));
    await until("the request", () => gateway.open.size === 1);
    timeOutRequests(gateway.open, 1e-9);
    resolve();
    expect(String(await answer)).toContain("in time");
    expect(answered[0]![0]).toBe(200);
  });

  it("waits its turn", async () => {
    const ends: (() => void)[] = [];
    await start((_request, response) => void ends.push(() => response.end("done")), protocol, { concurrency: 1 });
    const answers = [exchange(path(), asked(protocol)), exchange(path(), asked(protocol))];
    await until("the first", () => ends.length === 1 && gateway.waiting.length === 1);
    ends[0]!();
    await until("the second", () => ends.length === 2);
    ends[1]!();
    for (const answer of await Promise.all(answers)) expect(String(answer)).toContain("done");
  });

  it("is a 500 when it throws, and cut when its head has left", async () => {
    await start((request, response) => {
      if (request.url !== "/") response.writeHead(200, { "Content-Length": 10 }).write("half");
      throw new Error("thrown on purpose");
    }, protocol);
    expect(String(await exchange(path(), asked(protocol)))).toMatch(/^HTTP\/1.1 500 /);
    expect(String(await exchange(path(), asked(protocol, "GET", "/half")))).not.toContain("500");
    expect([answered.map(([status]) => status), failed]).toEqual([[500, 200], 2]);
  });
});

it("over http a target in absolute form says the Host, as from nginx", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await start(({ url, headers, rawHeaders }, response) => {
    resolve([url, headers.host, rawHeaders]);
    response.end();
  }, "http");
  await exchange(path(), asked("http", "GET", "http://other.test:81?b"));
  const raw = ["Host", "other.test:81", "Connection", "close"];
  expect(await promise).toEqual(["/?b", "other.test:81", raw]);
});

describe("a mount", () => {
  it.each<[uri: string, url: string]>([
    ["/shop/cart?a=1", "/cart?a=1"],
    ["/shop", "/"],
    ["/shop?a=1", "/?a=1"],
    ["/%73hop/c%20art?a=%31", "/c%20art?a=%31"],
  ])("%s is %s to the listener, as Express has it", async (uri, url) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    await start((request, response) => {
      resolve([request.url, Reflect.get(request, "originalUrl"), Reflect.get(request, "baseUrl")]);
      response.end();
    }, "uwsgi");
    const [target, query = ""] = uri.split("?") as [string, string?];
    const pathInfo = decodeURIComponent(target).slice("/shop".length);
    await exchange(
      path(),
      packet([
        ...get(pathInfo).filter(([name]) => name !== "REQUEST_URI"),
        ["REQUEST_URI", uri],
        ["SCRIPT_NAME", "/shop"],
        ["QUERY_STRING", query],
      ]),
    );
    expect(await promise).toEqual([url, uri, "/shop"]);
  });
});

it("the environ shows nothing of the connection among its keys", async () => {
  const { promise, resolve } = Promise.withResolvers<string[]>();
  await start((_request, response) => void response.end(), "uwsgi", {
    application: (environ, start_response) => {
      resolve([...Object.keys(environ), JSON.stringify(environ)]);
      start_response("200 OK", []);
      return ["x"];
    },
  });
  await exchange(path(), packet(get("/")));
  expect((await promise).join()).not.toContain("connection");
});

it.each<[how: string, breakOff: (response: ServerResponse) => void, ended: string]>([
  ["destroyed", (response) => response.destroy(new Error("broken off on purpose")), "ECONNRESET"],
  ["ended", (response) => response.end(), "end"],
  ["destroyed once it is ended", (response) => response.end().destroy(), "end"],
])("over TCP a response that is %s shows it", async (_how, breakOff, expected) => {
  const port = await freePort();
  const listener: RequestListener = (_request, response) => response.write("half", () => breakOff(response));
  await start(listener, "uwsgi", {}, `127.0.0.1:${port}`);
  const ended = await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(packet(get("/"))));
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code)).on("end", () => resolve("end"));
    socket.resume();
  });
  expect(ended).toBe(expected);
});

it("https is an encrypted socket", async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await start(({ socket, headers }, response) => {
    resolve([
      socket.encrypted,
      headers["x-forwarded-proto"],
      socket.remoteAddress,
      socket.remoteFamily,
      socket.remotePort,
    ]);
    response.end();
  }, "uwsgi");
  await exchange(
    path(),
    packet([...get("/"), ["HTTPS", "on"], ["REMOTE_ADDR", "2001:db8::1"], ["REMOTE_PORT", "4711"]]),
  );
  expect(await promise).toEqual([true, "https", "2001:db8::1", "IPv6", 4711]);
});
