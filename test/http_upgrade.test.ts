import { createServer, type IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Application } from "njsgi";
import { nodeListener } from "njsgi/pool";
import { type Gateway, newGateway } from "../backend/gateway/gateway.ts";
import { listen } from "../backend/worker/serve.ts";
import { exchange } from "./request.ts";
import { tempFolder } from "./unit/temp_folder.ts";
import { until } from "./until.ts";

/** Requests over `--protocol http` that ask for another protocol. */

const ASKING = "GET /a?b HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
const SWITCHING = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

interface Started {
  path: string;
  gateway: Gateway;
  answered: [status: number, bodyBytes: number][];
}

async function start(application: Application): Promise<Started> {
  const path = join(tempFolder({}), "x.sock");
  const answered: Started["answered"] = [];
  const observer = {
    answered: (_exchange: unknown, status: number, bytes: number) => void answered.push([status, bytes]),
    failed: () => {},
  };
  const gateway = newGateway({ application, observer });
  const server = await listen(gateway, `unix:${path}`, "http", 16);
  onTestFinished(() => server.close());
  return { path, gateway, answered };
}

/** A server whose "upgrade" listener has 101 to say, and sends back what it gets. */
function echo(listener?: RequestListener) {
  return createServer(listener).on("upgrade", (request, socket, head) => {
    socket.write(SWITCHING + request.url);
    socket.write(head);
    socket.pipe(socket);
  });
}

function loadedAt(mount: string, application: Application): Application {
  return async (environ, start_response) => {
    await Promise.resolve();
    Object.assign(environ, { SCRIPT_NAME: mount, PATH_INFO: environ.PATH_INFO.slice(mount.length) });
    return application(environ, start_response);
  };
}

async function send(path: string, text: string): Promise<{ socket: Socket; received(): string }> {
  let all = "";
  const socket = connect(path);
  socket.on("data", (bytes) => void (all += String(bytes))).on("error", () => {});
  socket.write(text);
  onTestFinished(() => void socket.destroy());
  return { socket, received: () => all };
}

describe("are their server's", () => {
  it.each<[what: string, application: Application, url: string]>([
    ["at once", nodeListener(echo()), "/a?b"],
    ["where the application is loaded first, and mounted", loadedAt("/a", nodeListener(echo())), "/?b"],
  ])("%s, with what came behind them, and one request until they end", async (_what, application, url) => {
    const { path, gateway, answered } = await start(application);
    const { socket, received } = await send(path, `${ASKING}one `);
    await until("the first", () => received() === `${SWITCHING}${url}one `);
    socket.write("two");
    await until("the second", () => received().endsWith("one two"));
    expect([gateway.open.size, answered]).toEqual([1, []]);
    socket.destroy();
    await until("the end", () => gateway.open.size === 0);
    expect(answered).toEqual([[101, 0]]);
  });

  it("also behind others on their connection", async () => {
    const { path, answered } = await start(nodeListener(echo((_request, response) => void response.end("plain"))));
    const { socket, received } = await send(path, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await until("the first", () => received().endsWith("plain"));
    socket.write(`${ASKING}x`);
    await until("the second", () => received().endsWith(`${SWITCHING}/a?bx`));
    socket.end();
    await until("its end", () => answered.length === 2);
    expect(answered.map(([status]) => status)).toEqual([200, 101]);
  });

  it.each<[what: string, before: (request: IncomingMessage, socket: Duplex) => void]>([
    ["", () => {}],
    [", amid an answer of its own", (request, socket) => new ServerResponse(request).assignSocket(socket as Socket)],
  ])("and a 500 when its listener throws%s", async (_what, before) => {
    const server = createServer().on("upgrade", (request, socket) => {
      before(request, socket);
      throw new Error("thrown on purpose");
    });
    const { path, answered } = await start(nodeListener(server));
    expect(String(await exchange(path, ASKING))).toMatch(/^HTTP\/1.1 500 .*500 Internal Server Error\n$/s);
    expect(answered.map(([status]) => status)).toEqual([500]);
  });
});

const contract: Application = (environ, start_response) => {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return [`${environ.REQUEST_URI} plain`];
};
const listener: RequestListener = (request, response) => {
  request.resume().on("end", () => response.end(`${request.url} plain ${request.upgrade || ""}`.trim()));
};

describe("are as any other", () => {
  it.each<[what: string, application: Application]>([
    ["to an application", contract],
    ["to a listener", nodeListener(listener)],
    ["to a server that has no such listener", nodeListener(createServer(listener))],
  ])("%s", async (_what, application) => {
    const { path, gateway, answered } = await start(application);
    const answer = String(await exchange(path, `${ASKING}${ASKING}`));
    expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n.*Connection: close\r\n.*\/a\?b plain$/s);
    expect(answer).toMatch(/^X-Request-ID: [0-9a-f]{32}\r$/m);
    expect([gateway.open.size, answered.map(([status]) => status)]).toEqual([0, [200]]);
  });

  it.each(["Content-Length: 5", "Transfer-Encoding: chunked"])(
    "with a body of %s, which no upgrade has",
    async (head) => {
      const application = nodeListener(echo((request, response) => void request.pipe(response)));
      const { path } = await start(application);
      const body = head.endsWith("chunked") ? "5\r\nhello\r\n0\r\n\r\n" : "hello";
      const post = ASKING.replace("GET", "POST").replace("Connection:", `${head}\r\nConnection: close,`);
      expect(String(await exchange(path, post + body))).toMatch(/^HTTP\/1.1 200 OK\r\n.*hello/s);
    },
  );

  it("refused where any other is", async () => {
    const { path } = await start(nodeListener(echo()));
    expect(String(await exchange(path, ASKING.replace("/a?b", "/%00")))).toMatch(/^HTTP\/1.1 400 /);
  });

  it("no faster than their client takes the answer", async () => {
    const block = Buffer.alloc(1 << 20, "x");
    const { path } = await start(async function* (_environ, start_response) {
      start_response("200 OK", []);
      for (let i = 0; i < 16; i++) yield block;
    });
    expect((await exchange(path, ASKING)).length).toBeGreaterThan(16 * block.length);
  });

  it.each<[how: string, go: (socket: Socket) => unknown]>([
    ["closes", (socket) => socket.destroy()],
    ["ends its side", (socket) => socket.end()],
  ])("told of a client that %s", async (_how, go) => {
    const told: unknown[] = [];
    for (const asked of [ASKING, ASKING.replace("Upgrade", "keep-alive")]) {
      const seen: unknown[] = [];
      const { path, gateway, answered } = await start(
        nodeListener((request, response) => {
          request.on("aborted", () => seen.push("aborted")).on("close", () => seen.push("request close"));
          request.on("error", ({ code }: NodeJS.ErrnoException) => seen.push(code));
          response.on("close", () => seen.push("response close"));
        }),
      );
      const { socket } = await send(path, asked);
      await until("the request", () => gateway.open.size === 1);
      go(socket);
      await until("its end", () => answered.length > 0 && seen.includes("request close"));
      told.push([answered, seen]);
    }
    expect(told[0]).toEqual(told[1]);
    expect(told[0]).toEqual([[[499, 0]], ["aborted", "response close", "ECONNRESET", "request close"]]);
  });

  it("and hear of the answer's end as any other", async () => {
    const heard: unknown[] = [];
    for (const asked of [ASKING, ASKING.replace("Upgrade", "close")]) {
      const seen: unknown[] = [];
      const { path } = await start(
        nodeListener((request, response) => {
          for (const event of ["end", "close"]) request.on(event, () => seen.push(`request ${event}`));
          for (const event of ["finish", "close"]) response.on(event, () => seen.push(`response ${event}`));
          response.end("not read");
        }),
      );
      await exchange(path, asked);
      heard.push(seen);
    }
    expect(heard[0]).toEqual(heard[1]);
    expect(heard[0]).toContain("response close");
  });

  it("and may time out", async () => {
    const { path } = await start(
      nodeListener((_request, response) => void response.setTimeout(20, () => response.end("late"))),
    );
    expect(String(await exchange(path, ASKING))).toMatch(/late$/);
  });
});
