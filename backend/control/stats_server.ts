import { chownSync } from "node:fs";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Socket } from "node:net";
import { log } from "../gateway/log.ts";
import { clearSocketPath, parseBind, withSocketMode } from "../worker/bind.ts";

/** What is to be read, by path. */
export type Pages = { [path: string]: { type: string; text(): Promise<string> } };

/** `/`'s is what a client that says nothing reads. */
export interface StatsOptions {
  pages: Pages;
  /** Of a unix socket. */
  mode: number;
  /** The group of a unix socket; the process's own when not given. */
  gid?: number;
}

/** A client silent for so long is one of uWSGI's tools, which connect and read; netdata's gives up after a second. */
const SILENCE_MS = 200;

/** A connection's whole life: nobody who sends half a request, or reads slowly, is kept. */
const CONNECTION_MS = 5000;
const MAX_CONNECTIONS = 64;

/**
 * Serves the stats as uWSGI does with `--stats` and with `--stats-http`, on one address: HTTP to whoever speaks it, the
 * bare JSON up to EOF to whoever says nothing.
 * @param bind `unix:/path` or `host:port`
 * @returns what closes it
 * @throws Error where the address can't be had
 */
export async function openStats(bind: string, { pages, mode, gid }: StatsOptions): Promise<() => void> {
  // An import would evaluate its lazy exports too, undici among them: 16 MB instead of 2.
  const http = process.getBuiltinModule("node:http").createServer((request, response) => {
    void respond(request, response, pages);
  });
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {}); // a client that has gone wants no answer
    const end = setTimeout(() => socket.destroy(), CONNECTION_MS).unref();
    socket.once("close", () => clearTimeout(end));
    whenHeard(socket, (speaks) => (speaks ? http.emit("connection", socket) : void say(socket, pages)));
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    const address = parseBind(bind);
    if ("path" in address) await clearSocketPath(address.path);
    const listening = once(server, "listening");
    withSocketMode(mode, () => server.listen(address));
    await listening;
    if ("path" in address && gid !== undefined) chownSync(address.path, -1, gid);
  } catch (error) {
    throw new Error(`--stats ${bind}: ${(error as Error).message}`, { cause: error });
  }
  server.on("error", (error) => log(`--stats ${bind}: ${error.message}`)).unref();
  return () => void server.close();
}

/** Calls back once: whether the client has sent anything. What it sent is still to be read. */
function whenHeard(socket: Socket, heard: (speaks: boolean) => void): void {
  const silence = setTimeout(settle, SILENCE_MS);
  socket.once("readable", settle).once("close", () => clearTimeout(silence));
  function settle(): void {
    clearTimeout(silence);
    socket.off("readable", settle);
    if (!socket.destroyed) heard(socket.readableLength > 0);
  }
}

async function say(socket: Socket, pages: Pages): Promise<void> {
  // What it may still send is read, or closing would be a reset that takes the answer with it.
  socket.resume();
  socket.end((await read(pages["/"]!)) ?? "");
}

async function respond({ method, url = "" }: IncomingMessage, response: ServerResponse, pages: Pages): Promise<void> {
  const send = (status: number, type: string, text: string) =>
    response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(text) }).end(text);
  response.setHeader("Connection", "close");
  const path = url.split("?")[0]!;
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (!page) return void send(404, "text/plain", `want one of ${Object.keys(pages).join(", ")}\n`);
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return void send(405, "text/plain", "want GET or HEAD\n");
  }
  const text = await read(page);
  if (text === undefined) send(500, "text/plain", "the error is in njsgi's log\n");
  else send(200, page.type, text);
}

/** @returns undefined where it can't be had; the log says why */
async function read({ text }: Pages[string]): Promise<string | undefined> {
  try {
    return await text();
  } catch (error) {
    log(`--stats: ${(error as Error).message}`);
    return undefined;
  }
}
