import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type RawData, WebSocket } from "ws";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { withTransport } from "./transports.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/**
 * WebSockets through uwsgi_pass and scgi_pass, which nginx.conf needs no line for, and of the pool's own HTTP. The servers are
 * in test/websocket.
 */

const GRACEFUL_SECONDS = 2;

/** The sockets a client connects to, in a site's `.run`. */
const SOCKETS = { uwsgi: "nginx.sock", scgi: "nginx-scgi.sock", http: "http.sock" };
type Protocol = keyof typeof SOCKETS;

const SERVERS: [protocol: Protocol, name: string][] = [
  ...["ws", "express", "fastify", "hono"].flatMap((name): [Protocol, string][] => [
    ["uwsgi", name],
    ["http", name],
  ]),
  ["scgi", "ws"],
];

describe.each(SERVERS)("a WebSocket by %s, of %s", (protocol, name) => {
  const binds = ["--bind", "scgi:unix:.run/scgi.sock", "--bind", "http:unix:.run/http.sock"];
  const site = useSite({
    files: {},
    serve: [join(PROJECT, `test/websocket/${name}.ts`), ...binds, "--graceful-timeout", String(GRACEFUL_SECONDS)],
    conf: (conf) => withTransport(conf, "scgi", "listen unix:.run/nginx-scgi.sock;", ".run/scgi.sock"),
  });
  const path = () => join(site.folder, ".run", SOCKETS[protocol]);

  function connect(query = ""): WebSocket {
    return new WebSocket(`ws+unix:${path()}:/echo${query}`);
  }

  async function open(): Promise<WebSocket> {
    const socket = connect();
    await once(socket, "open");
    return socket;
  }

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
    await site.pool.printed("closed: 4000 asked to");
  });

  it("tells the application of a client that is gone", async () => {
    (await open()).terminate();
    await site.pool.printed("closed: 1006");
  });

  it("may be refused", async () => {
    const [, response] = await once(connect("?refused"), "unexpected-response");
    expect(response.statusCode).toBe(401);
  });

  it("leaves the other requests to the listener, also those that ask for nothing we know", async () => {
    const plain = await request(path(), "/echo");
    const unknown = await request(path(), "/echo", { headers: { Upgrade: "h2c" } });
    expect(plain.text).toMatch(/^\d+$/);
    expect(unknown).toMatchObject({ status: 200, text: plain.text });
  });

  it("outlives a reload, up to the graceful timeout", async () => {
    const socket = await open();
    const pid = await answer(socket, "who");
    site.pool.kill("SIGHUP");
    // By HTTP a worker that goes closes a connection whose request it has not read.
    const asked = () =>
      request(path(), "/echo").then(
        ({ text }) => text,
        () => pid,
      );
    await until("another worker", async () => (await asked()) !== pid);
    expect(await answer(socket, "who")).toBe(pid);
    const reloadedAt = performance.now();
    expect((await once(socket, "close"))[0]).toBe(1006);
    expect(performance.now() - reloadedAt).toBeLessThan((GRACEFUL_SECONDS + 3) * 1000);
  });
});

async function answer(socket: WebSocket, message: string | Buffer): Promise<string> {
  const next = once(socket, "message") as Promise<[RawData]>;
  socket.send(message);
  return String((await next)[0]);
}
