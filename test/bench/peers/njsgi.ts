import { join } from "node:path";
import { PROJECT } from "../../site.ts";
import { app, KEPT_ALIVE, type Peer } from "./peer.ts";

const MAIN = join(PROJECT, "backend/njsgi.js");

/** A pool of one application file, in an nginx without our njs, by uwsgi when `peer` says nothing else. */
export function pool(peer: Pick<Peer, "id" | "name"> & Partial<Peer>, file = "contract.ts", ...args: string[]): Peer {
  const name = `bench-${process.pid}-${peer.id}`;
  return {
    isOurs: true,
    location: "include /etc/nginx/uwsgi_params; uwsgi_pass $UPSTREAM;",
    program: (socket) => ({
      command: process.execPath,
      args: [MAIN, "serve", app(file), "--name", name, "--bind", `unix:${socket}`, "--workers", "1", ...args],
      env: { NODE_ENV: "production" },
    }),
    ...peer,
  };
}

export const uwsgi = pool({ id: "pool", name: "njsgi, pool, uwsgi" });
export const uwsgiOfFour = pool({ id: "pool-4", name: "njsgi, pool, uwsgi" }, "contract.ts", "--workers", "4");
export const http = pool(
  { id: "pool-http", name: "njsgi, pool, http", location: KEPT_ALIVE, isKeptAlive: true },
  "contract.ts",
  "--protocol",
  "http",
);

/** The same by FastCGI, on connections that are kept. */
export function fastcgiPool(peer: Pick<Peer, "id" | "name">, file?: string): Peer {
  const location = `include ${join(PROJECT, "njs/fastcgi_params")}; fastcgi_pass $UPSTREAM; fastcgi_keep_conn on;`;
  return pool({ ...peer, location, isKeptAlive: true }, file, "--protocol", "fastcgi");
}

export const fastcgi = fastcgiPool({ id: "pool-fastcgi", name: "njsgi, pool, FastCGI" });

/** Through nginx.conf as it ships, where njs routes: the edge, and the pool of `npm start`. */
export const shipped: Peer = {
  id: "shipped",
  name: "njsgi, pool, shipped nginx.conf",
  isOurs: true,
  host: "shipped",
  hasPool: true,
};
export const edgeAndPool: Peer = { ...shipped, id: "edge-and-pool", name: "njsgi, edge and pool", prefix: "/edge" };

/** With its lines for FastCGI in place of uwsgi's. */
export const edgeAndFastcgi: Peer = {
  ...edgeAndPool,
  id: "edge-and-fastcgi",
  name: "njsgi, edge and pool by FastCGI",
  host: "shipped-fastcgi",
};
