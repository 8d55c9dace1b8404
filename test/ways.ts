import { connect } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { beforeAll } from "vitest";
import { CERTIFICATE } from "./certificate.ts";
import { freePort } from "./free_port.ts";
import type { Site } from "./site.ts";
import { withTransport } from "./transports.ts";
import { useSite } from "./use_site.ts";

/** Shows its environ and body, in a header where a response has no body of its own; and leaves the environ a mess. */
const SHOW = `export async function application(environ, start_response) {
  const body = String.fromCharCode(...await environ["wsgi.input"].read());
  const shown = JSON.stringify({ environ, body });
  const isHead = environ.REQUEST_METHOD === "HEAD";
  environ["wsgi.version"].push("left");
  for (const key of Object.keys(environ)) environ[key] = "left";
  environ.LEFT = "left";
  start_response("200 OK", isHead ? [["X-Shown", encodeURIComponent(shown)]] : []);
  return [isHead ? "" : shown];
}`;

const MOUNTS = ["/", "/shop", "/shop/cart", "/caf\u00e9"];

/** A site with the application mounted in one place only. An index: a file's own path would be a route too. */
function files(place: "edge" | "pool"): Record<string, string> {
  const mounts = MOUNTS.map((path) => [path, { place, app: "index.ts", environ: { "site.mount": path } }]);
  return {
    [`${place === "edge" ? "njs" : "backend"}/apps/index.ts`]: SHOW,
    "njs/routes.ts": `export const mounts = ${JSON.stringify(Object.fromEntries(mounts))};`,
    "tls.pem": CERTIFICATE,
  };
}

/** nginx.conf with more listeners, TLS and a port, and one worker: so all connections are the same one's. */
function listening(conf: string, port: number): string {
  const more = `listen unix:.run/tls.sock ssl; ssl_certificate tls.pem; ssl_certificate_key tls.pem;
    listen 127.0.0.1:${port};`;
  return conf
    .replace("listen unix:.run/nginx.sock;", `$& ${more}`)
    .replace("worker_processes auto", "worker_processes 1");
}

export type Environ = Record<string, unknown>;

/** An answer; of any status but 200 that is all of it. */
export interface Shown {
  status: number;
  environ: Environ;
  body: string;
}

export const WAYS = ["edge", "pool", "fastcgi", "scgi", "http"] as const;

/** How to come to the one application: inside nginx, in the pool by uwsgi and what else nginx speaks, in it by its own HTTP. */
export type Way = (typeof WAYS)[number];

export interface Ways {
  edge: Site;
  pool: Site;
  /** The unix sockets. */
  sockets: Record<Way, string>;
  /** What listens on 127.0.0.1 too. */
  ports: Record<Way, number>;
}

/** All of them, for the tests of a file. The pool is one worker that listens on five sockets, by four protocols. */
export function useWays(): Ways {
  const ways = { ports: {} } as Ways;
  const binds = ["fastcgi:unix:.run/fastcgi.sock", "scgi:unix:.run/scgi.sock", "http:unix:.run/http.sock"];
  const serve = ["--root", "backend/apps", ...binds.flatMap((bind) => ["--bind", bind])];
  beforeAll(async () => {
    for (const way of WAYS) ways.ports[way] = await freePort();
    serve.push("--bind", `http:127.0.0.1:${ways.ports.http}`);
  });
  ways.edge = useSite({ files: files("edge"), conf: (conf) => listening(conf, ways.ports.edge) });
  ways.pool = useSite({ files: files("pool"), serve, conf: (conf) => withTransports(conf, ways.ports) });
  beforeAll(() => {
    const at = (name: string) => join(ways.pool.folder, ".run", name);
    const [fastcgi, scgi, http] = [at("nginx-fastcgi.sock"), at("nginx-scgi.sock"), at("http.sock")];
    ways.sockets = { edge: ways.edge.socket, pool: ways.pool.socket, fastcgi, scgi, http };
  });
  return ways;
}

function withTransports(conf: string, ports: Record<Way, number>): string {
  let all = conf;
  for (const way of ["fastcgi", "scgi"] as const) {
    const listen = `listen unix:.run/nginx-${way}.sock; listen 127.0.0.1:${ports[way]};`;
    all = withTransport(all, way, listen, `.run/${way}.sock`);
  }
  return listening(all, ports.pool);
}

/**
 * Sends `bytes`, one character a byte, and takes what comes until the other side ends: an answer for each request.
 * @param next gives more to send, once there is an answer
 */
export function ask(socketPath: string, bytes: string, next?: () => Promise<string>): Promise<Shown[]> {
  return talk(connect(socketPath), bytes, next);
}

export function askPort(port: number, bytes: string): Promise<Shown[]> {
  return talk(connect(port, "127.0.0.1"), bytes);
}

export function askTls(socketPath: string, bytes: string): Promise<Shown[]> {
  return talk(connectTls({ path: socketPath, rejectUnauthorized: false }), bytes);
}

async function talk(socket: Duplex, bytes: string, next?: () => Promise<string>): Promise<Shown[]> {
  const chunks: Buffer[] = [];
  // A server that refuses a request need not read all of it: then this ends in a reset, behind the answer.
  socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => {});
  socket.write(bytes, "latin1");
  if (next) socket.once("data", () => void next().then((more) => socket.write(more, "latin1")));
  await new Promise((resolve) => socket.on("close", resolve));
  return answers(Buffer.concat(chunks).toString("latin1"));
}

function answers(text: string): Shown[] {
  const all: Shown[] = [];
  for (let rest = text; rest !== "";) {
    const [head, status] = /^HTTP\/1\.1 (\d{3})[^]*?\r\n\r\n/.exec(rest) ?? [];
    if (!head) throw new Error(`no answer: ${rest.slice(0, 200)}`);
    const header = (name: string) => new RegExp(`^${name}: (.*)\r$`, "mi").exec(head)?.[1];
    const shown = header("X-Shown");
    const bodyLength = shown || status === "100" ? 0 : Number(header("Content-Length") ?? rest.length);
    const body = shown ? decodeURIComponent(shown) : utf8(rest.slice(head.length, head.length + bodyLength));
    rest = rest.slice(head.length + bodyLength);
    if (status === "200") all.push({ status: 200, ...(JSON.parse(body) as Omit<Shown, "status">) });
    else if (status !== "100") all.push({ status: Number(status), environ: {}, body: "" });
  }
  return all;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString();
}
