import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { type RawData, WebSocket } from "ws";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** WebSockets through uwsgi_pass, of `ws` and an Express app on one server, which nginx.conf needs no line for. */

const module = (name: string) => JSON.stringify(`${PROJECT}node_modules/${name}`);

const ECHO = `import { createServer } from "node:http";
import express from ${module("express/index.js")};
import { WebSocketServer } from ${module("ws/wrapper.mjs")};
import { nodeListener } from "njsgi/pool";

const app = express().get("/", (request, response) => response.json({ pid: process.pid, url: request.originalUrl }));
const server = createServer(app);
const sockets = new WebSocketServer({ noServer: true, maxPayload: 4 << 20 });
server.on("upgrade", (request, socket, head) => {
  if (request.url.startsWith("/?refused")) {
    return socket.end("HTTP/1.1 401 Unauthorized\\r\\nContent-Length: 2\\r\\n\\r\\nno");
  }
  sockets.handleUpgrade(request, socket, head, (client) => {
    client.on("error", (error) => console.error("socket error:", error.message));
    client.on("close", (code, reason) => console.error("closed:", code, String(reason)));
    client.on("message", (data, isBinary) => {
      if (String(data) === "close") client.close(4000, "asked to");
      else if (String(data) === "who") client.send(JSON.stringify([process.pid, request.socket.remoteAddress, request.headers.upgrade]));
      else client.send(data, { binary: isBinary });
    });
  });
});
export const application = nodeListener(server);`;

const GRACEFUL_SECONDS = 3;

const site = useSite({
  files: { "backend/apps/echo.ts": ECHO },
  serve: ["--root", "backend/apps", "--graceful-timeout", String(GRACEFUL_SECONDS)],
});

async function open(query = ""): Promise<WebSocket> {
  const socket = new WebSocket(`ws+unix:${site.socket}:/echo${query}`);
  await once(socket, "open");
  return socket;
}

async function answer(socket: WebSocket, message: string | Buffer): Promise<string> {
  const next = once(socket, "message") as Promise<[RawData]>;
  socket.send(message);
  return String((await next)[0]);
}

describe("a WebSocket through uwsgi_pass", () => {
  it("echoes 10,000 messages, in order", async () => {
    const socket = await open();
    const received: string[] = [];
    const all = new Promise<void>((resolve) => {
      socket.on("message", (data: RawData) => {
        received.push(String(data));
        if (received.length === 10_000) resolve();
      });
    });
    const sent = Array.from({ length: 10_000 }, (_, at) => `message ${at}`);
    for (const message of sent) socket.send(message);
    await all;
    expect(received).toEqual(sent);
    socket.close();
  });

  it("takes frames of 1 MB both ways", async () => {
    const socket = await open();
    const frame = Buffer.alloc(1 << 20, "0123456789abcdef");
    for (let i = 0; i < 5; i++) expect((await answer(socket, frame)) === String(frame)).toBe(true);
    socket.close();
  });

  it("is closed by the client", async () => {
    const socket = await open();
    socket.close(4001, "client is done");
    expect((await once(socket, "close"))[0]).toBe(4001);
    await site.pool.printed("closed: 4001 client is done");
  });

  it("is closed by the application", async () => {
    const socket = await open();
    socket.send("close");
    const [code, reason] = await once(socket, "close");
    expect([code, String(reason)]).toEqual([4000, "asked to"]);
  });

  it("tells the application of a client that is gone", async () => {
    (await open()).terminate();
    await site.pool.printed("closed: 1006");
  });

  it("may be refused", async () => {
    const socket = new WebSocket(`ws+unix:${site.socket}:/echo?refused`);
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(401);
  });

  it("leaves the other requests to the listener, also those that ask for nothing we know", async () => {
    const answered = await request(site.socket, "/echo");
    expect(JSON.parse(answered.text)).toMatchObject({ url: "/echo" });
    expect((await request(site.socket, "/echo", { headers: { Upgrade: "h2c" } })).status).toBe(200);
  });

  it("outlives a reload, up to the graceful timeout", async () => {
    const socket = await open();
    const [pid, , upgrade] = JSON.parse(await answer(socket, "who")) as [number, string, string];
    expect(upgrade).toBe("websocket");
    site.pool.kill("SIGHUP");
    await until("another worker", async () => {
      const { pid: answering } = JSON.parse((await request(site.socket, "/echo")).text) as { pid: number };
      return answering !== pid;
    });
    expect(await answer(socket, "still there?")).toBe("still there?");
    const reloadedAt = performance.now();
    expect((await once(socket, "close"))[0]).toBe(1006);
    expect(performance.now() - reloadedAt).toBeLessThan((GRACEFUL_SECONDS + 3) * 1000);
  });
});
