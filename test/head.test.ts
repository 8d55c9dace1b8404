import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Application } from "njsgi";
import { fetchHandler, nodeListener, type PoolServer, serve } from "njsgi/pool";
import { get, packet, scgi } from "./packet.ts";
import { answers, fastcgi } from "./records.ts";
import { exchange } from "./request.ts";

/**
 * S19 of CONTRACT.md where it shows: nginx drops the body of an answer to HEAD, and clients read none, so that both hide
 * one that is sent.
 */

const TEXT: [string, string][] = [["Content-Type", "text/plain"]];

const APPLICATIONS: Record<string, Application> = {
  "/list": (_environ, start_response) => (start_response("200 OK", TEXT), ["one ", "two"]),
  async *"/chunks"(_environ, start_response) {
    start_response("200 OK", TEXT);
    yield "one ";
    yield "two";
  },
  "/write"(_environ, start_response) {
    start_response("200 OK", TEXT)("one ");
    return ["two"];
  },
  "/file"(environ, start_response) {
    start_response("200 OK", TEXT);
    return environ["wsgi.file_wrapper"](createReadStream(import.meta.filename));
  },
  "/error"() {
    throw new Error("thrown on purpose");
  },
  "/listener": nodeListener((_request, response) => void response.end("one two")),
  "/writes": nodeListener((_request, response) => void (response.write("one "), response.end("two"))),
  "/fetch": fetchHandler(() => new Response("one two")),
};

const application: Application = (environ, start_response) => APPLICATIONS[environ.PATH_INFO]!(environ, start_response);

/** How to ask on a socket of the pool itself: all that comes back, without the protocol's own frame. */
const ASK = {
  uwsgi: (socket: string, method: string, path: string) => exchange(socket, packet(vars(method, path))).then(String),
  scgi: (socket: string, method: string, path: string) => exchange(socket, scgi(vars(method, path))).then(String),
  async fastcgi(socket: string, method: string, path: string) {
    const bytes = await exchange(socket, fastcgi(vars(method, path), "", { isKept: false }));
    return answers(bytes)[0]!.text;
  },
  http(socket: string, method: string, path: string) {
    return exchange(socket, `${method} ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`).then(String);
  },
};

function vars(method: string, path: string): [string, string][] {
  return [["REQUEST_METHOD", method], ["REMOTE_ADDR", "127.0.0.1"], ...get(path).slice(1)];
}

describe.each(["uwsgi", "scgi", "fastcgi", "http"] as const)("by %s", (protocol) => {
  const folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  const servers: PoolServer[] = [];
  const socket = (kind: string) => join(folder, `${kind}.sock`);

  beforeAll(async () => {
    for (const kind of ["production", "development"]) {
      const development = kind === "development"; // its 500s are pages of their own
      servers.push(await serve({ application, bind: `unix:${socket(kind)}`, protocol, development }));
    }
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    rmSync(folder, { recursive: true });
  });

  it.each(Object.keys(APPLICATIONS))("%s: HEAD has the head alone", async (path) => {
    for (const kind of ["production", "development"]) {
      expect(await ASK[protocol](socket(kind), "HEAD", path), kind).toMatch(/^(?:.+\r\n)+\r\n$/);
      expect(await ASK[protocol](socket(kind), "GET", path), kind).toMatch(/^(?:.+\r\n)+\r\n[^]/);
    }
  });
});
