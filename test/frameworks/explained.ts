import { expect } from "vitest";

/** Cells that differ from uwsgi's: what plain Node answers there behind proxy_pass, and ours over FastCGI. */
export interface Explained {
  name: string;
  /** Which apps, where it is not all. */
  apps?: string[];
  why: string;
  proxy?: object;
  fastcgi?: object;
}

const FRAMING = "@hono/node-server sends a Response without a body in chunks, of which there are none";
const inChunks = { headers: expect.arrayContaining(["transfer-encoding: chunked"]) };

/** All that differ; docs/frameworks.md has the same. */
export const explained: Explained[] = [
  {
    name: "a request header of 16 kB",
    why: "node:http takes 16 KiB of headers in all, unless `--max-http-header-size` says more; a uwsgi packet takes 64 KiB",
    proxy: { status: 431 },
  },
  {
    name: "a stream that fails",
    why: "uwsgi has no chunks, and a unix socket no reset: without a Content-Length the end of the connection is the body's. With `--bind host:port`, and over FastCGI, it is cut",
    proxy: { status: 200, isCut: true },
    fastcgi: { status: 200, isCut: true, body: "half\n" },
  },
  {
    name: "JSON that is too large",
    apps: ["Koa", "Fastify", "Hono", "Hono by its node-server"],
    why: "they answer before they have read the body, and node:http closes: at times the reset takes the answer along",
    proxy: { status: expect.toBeOneOf([413, 502]) },
  },
  { name: "a range beyond the end", apps: ["Hono"], why: FRAMING, proxy: { status: 416, ...inChunks } },
  { name: "a redirect", apps: ["Hono"], why: FRAMING, proxy: { status: 302, ...inChunks } },
  { name: "an absolute redirect", apps: ["Hono"], why: FRAMING, proxy: { status: 301, ...inChunks } },
];

export function explanationOf(name: string, app: string): Explained | undefined {
  return explained.find((cell) => cell.name === name && (!cell.apps || cell.apps.includes(app)));
}
