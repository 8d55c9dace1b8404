import { chmodSync } from "node:fs";
import { createServer, type RequestListener, type Server, request as httpRequest } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll } from "vitest";
import { type PoolServer, serve } from "njsgi/pool";
import { freePort } from "./free_port.ts";
import { useSite } from "./use_site.ts";

/** The same listener behind nginx twice: of ours by uwsgi_pass, and of a plain node:http server by proxy_pass. */
export const SIDES = ["uwsgi", "proxy"] as const;
export type Side = (typeof SIDES)[number];

/** Ours also by FastCGI, on connections that are kept. */
export const KEPT_SIDES = [...SIDES, "fastcgi"] as const;
export type KeptSide = (typeof KEPT_SIDES)[number];

/** And by what else nginx speaks. */
export const ALL_SIDES = [...KEPT_SIDES, "scgi"] as const;
export type AnySide = (typeof ALL_SIDES)[number];

export interface TwoServers {
  /** nginx's, on 127.0.0.1. */
  ports: Record<AnySide, number>;
  /** What answers on a side: node:http's server, or the one that ours is given. */
  servers: Record<Side, Server>;
  /** Has both answer with this. */
  answerWith(listener: RequestListener): void;
}

/** What a proxy_pass to Node usually says, and what it takes for an upgrade and for large heads of answers. */
const PROXY = `proxy_pass http://node; proxy_http_version 1.1; proxy_buffering off; proxy_buffer_size 32k; proxy_buffers 4 32k;
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection $connection_upgrade;
  client_max_body_size 0; proxy_request_buffering $BUFFERING;`;
const UWSGI = `include njs/uwsgi_params; uwsgi_pass ours; uwsgi_buffering off; uwsgi_buffer_size 32k; uwsgi_buffers 4 32k;
  client_max_body_size 0; uwsgi_request_buffering $BUFFERING;`;
/** As nginx.conf's comment has it: kept, and buffered. */
const FASTCGI = UWSGI.replaceAll("uwsgi", "fastcgi")
  .replace("ours", "kept")
  .replace("fastcgi_buffering off", "fastcgi_keep_conn on");
const SCGI = UWSGI.replaceAll("uwsgi", "scgi").replace("ours", "unix:.run/scgi.sock");

export function useTwoServers(): TwoServers {
  let current: RequestListener = (_request, response) => void response.end();
  const listen = (): Server => createServer((request, response) => current(request, response));
  const two = {
    ports: {},
    servers: { uwsgi: listen(), proxy: listen() },
    answerWith: (listener) => void (current = listener),
  } as TwoServers;
  beforeAll(async () => {
    for (const side of ALL_SIDES) two.ports[side] = await freePort();
  });
  const upstreams = { uwsgi: "unix:.run/uwsgi.sock", proxy: "unix:.run/proxy.sock" };
  const site = useSite({ files: {}, conf: (conf) => withAllServers(conf, two.ports, upstreams) });
  const ours: PoolServer[] = [];
  beforeAll(async () => {
    const path = (name: string) => join(site.folder, ".run", name);
    for (const protocol of ["uwsgi", "fastcgi", "scgi"] as const) {
      ours.push(await serve({ listener: two.servers.uwsgi, bind: `unix:${path(protocol)}.sock`, protocol }));
    }
    await new Promise<void>((listening) => void two.servers.proxy.listen(path("proxy.sock"), listening));
    for (const side of ALL_SIDES) chmodSync(path(`${side}.sock`), 0o666); // nginx runs as another user
  });
  afterAll(async () => {
    two.servers.proxy.close();
    for (const pool of ours) await pool.close();
  });
  return two;
}

/** A server that compresses nothing by itself. */
function server(port: number, pass: string): string {
  return `server {
    listen 127.0.0.1:${port}; gzip off; large_client_header_buffers 4 32k;
    location / { ${pass.replace("$BUFFERING", "on")} }
    location /streamed { ${pass.replace("$BUFFERING", "off")} }
  }`;
}

function withAllServers(conf: string, ports: Record<AnySide, number>, upstreams: Record<Side, string>): string {
  return withServers(conf, ports, upstreams)
    .replaceAll("fastcgi_keep_conn on;", "$& fastcgi_buffering off;") // buffered, an answer that is soon broken off has no head
    .replace(/\}\s*$/, `${server(ports.scgi, SCGI)} }`);
}

/** An nginx.conf with a server a side. */
export function withServers(conf: string, ports: Record<KeptSide, number>, upstreams: Record<Side, string>): string {
  const kept = "server unix:.run/fastcgi.sock max_fails=0;";
  const added = `upstream ours { server ${upstreams.uwsgi}; }
    upstream kept { ${kept} ${kept} keepalive 32; }
    upstream node { server ${upstreams.proxy}; }
    map $http_upgrade $connection_upgrade { default upgrade; "" close; }
    ${server(ports.uwsgi, UWSGI)} ${server(ports.fastcgi, FASTCGI)} ${server(ports.proxy, PROXY)}`;
  return conf.replace(/\}\s*$/, `${added} }`);
}

export interface Sent {
  method?: string;
  path?: string;
  /** Names and values in turn. */
  headers?: string[];
  body?: string | Uint8Array | Iterable<Uint8Array>;
}

/** An answer as the client has it. */
export interface Got {
  status: number;
  reason: string;
  /** `name: value`, in lower case and order of names. */
  headers: string[];
  body: string;
  /** Whether it was broken off. */
  isCut: boolean;
}

/** Sends a request to nginx, and takes what comes: also what is no whole answer. */
export function ask(port: number, { method = "GET", path = "/", headers = [], body }: Sent): Promise<Got> {
  return new Promise((resolve, reject) => {
    const named = ["Host", "site.test", ...headers];
    const outgoing = httpRequest({ port, host: "127.0.0.1", method, path, headers: named, agent: false });
    outgoing.on("error", reject).on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let isCut = false;
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", () => (isCut = true));
      incoming.on("close", () => {
        const { rawHeaders, statusCode, statusMessage } = incoming;
        const lines: string[] = [];
        for (let i = 0; i < rawHeaders.length; i += 2) {
          lines.push(`${rawHeaders[i]!.toLowerCase()}: ${rawHeaders[i + 1]}`);
        }
        const text = Buffer.concat(chunks).toString("latin1");
        resolve({ status: statusCode!, reason: statusMessage!, headers: lines.sort(byName), body: text, isCut });
      });
    });
    if (body === undefined || typeof body === "string" || body instanceof Uint8Array) outgoing.end(body);
    else Readable.from(body).pipe(outgoing);
  });
}

/** Keeps the order of one name's values. */
function byName(a: string, b: string): number {
  return a.split(":")[0]!.localeCompare(b.split(":")[0]!);
}

/**
 * An answer without what may differ. All differences there are:
 * - Date, and a Server of the application: proxy_pass drops them and nginx says its own, uwsgi_pass lets them through
 * - rawHeaders: uwsgi carries HTTP_X_NAME, so that a name is `X-Name` however the client spelled it; proxy_pass puts the
 *   headers first that it sets. From 1.23 on nginx sends uwsgi one value of several headers with one name
 * - Connection, as a listener sees it: proxy_pass says `close`, uwsgi has none but for an upgrade
 * - X-Forwarded-For, X-Forwarded-Proto, X-Real-IP: always there, as with proxy_pass that says so
 * - remoteAddress is the client's, and with proxy_pass nginx's
 * - what a listener throws is a 500, and ends a plain server; its 1xx are left out, and break nginx's proxy_pass; a large
 *   body it does not read does not cost its answer
 */
export function comparable({ headers, ...got }: Got): Got {
  return { ...got, headers: headers.filter((line) => !/^(date|server): /.test(line)) };
}
