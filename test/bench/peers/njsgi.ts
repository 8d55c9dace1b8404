import { existsSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../site.ts";
import { app, KEPT_ALIVE, type Peer } from "./peer.ts";

const UWSGI = "include /etc/nginx/uwsgi_params; uwsgi_pass $UPSTREAM;";

/** A pool of one application file, in an nginx without our njs. */
export function pool(id: string, name: string, file: string, more: Partial<Peer> = {}, ...args: string[]): Peer {
  const serve = [
    join(PROJECT, "backend/njsgi.js"),
    "serve",
    app(file),
    "--name",
    `bench-${process.pid}-${id}`,
    ...args,
  ];
  return {
    id,
    name,
    isOurs: true,
    location: UWSGI,
    program: (socket) => ({
      command: process.execPath,
      args: serve.concat("--bind", `unix:${socket}`, args.includes("--workers") ? [] : ["--workers", "1"]),
      env: { NODE_ENV: "production" },
    }),
    ...more,
  };
}

export const uwsgi = pool("pool", "njsgi, pool, uwsgi", "contract.ts");
export const uwsgiOfFour = pool("pool-4", "njsgi, pool, uwsgi", "contract.ts", {}, "--workers", "4");
export const http = pool(
  "pool-http",
  "njsgi, pool, http",
  "contract.ts",
  { location: KEPT_ALIVE, isKeptAlive: true },
  "--protocol",
  "http",
);

const FASTCGI_PARAMS = join(PROJECT, "njs/fastcgi_params");

/** None where this checkout's pool does not speak it. */
export const fastcgi: Peer[] = existsSync(FASTCGI_PARAMS)
  ? [
      pool(
        "pool-fastcgi",
        "njsgi, pool, FastCGI",
        "contract.ts",
        { location: `include ${FASTCGI_PARAMS}; fastcgi_pass $UPSTREAM; fastcgi_keep_conn on;`, isKeptAlive: true },
        "--protocol",
        "fastcgi",
      ),
    ]
  : [];

/** Through nginx.conf as it ships, where njs routes: the edge, and the pool of `npm start`. */
export const shipped: Peer = {
  id: "shipped",
  name: "njsgi, pool, shipped nginx.conf",
  isOurs: true,
  host: "shipped",
  hasPool: true,
};
export const edgeAndPool: Peer = { ...shipped, id: "edge-and-pool", name: "njsgi, edge and pool", prefix: "/edge" };
