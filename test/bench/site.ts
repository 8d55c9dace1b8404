import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "../free_port.ts";
import { buildBundle, type Site, startSite } from "../site.ts";
import { withTransport } from "../transports.ts";
import { isInstalled } from "./packages.ts";
import type { Peer } from "./peers/peer.ts";

const APPS = fileURLToPath(new URL("apps", import.meta.url));

const HELLO = `import type { Environ, StartResponse } from "njsgi";
export function application(environ: Environ, start_response: StartResponse) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["Hello world!\\n"];
}
`;

/** It hands its environ on, so the build can't tell what of that is read. */
const WHOLE = HELLO.replace("  start", "  handOn(environ);\n  start").concat("function handOn(_environ: Environ) {}\n");

const CONTRACT = 'export { application } from "../../bench/contract.ts";\n';

const ROUTES = `export const mounts = {
  "/edge": { place: "edge", app: "contract.ts" },
  "/": { place: "pool", app: "pool/contract.ts" },
};
`;

const FIFTY = Array.from({ length: 49 }, (_, n) => [`fifty/njs/apps/app${n}.ts`, HELLO]);

const FILES: Record<string, string> = {
  "njs/apps/edge/hello.ts": HELLO,
  "njs/apps/edge/whole/hello.ts": WHOLE,
  "njs/apps/contract.ts": CONTRACT,
  "backend/apps/pool/contract.ts": CONTRACT.replace("../", "../../"),
  "njs/routes.ts": ROUTES,
  "one/njs/apps/hello.ts": HELLO,
  "fifty/njs/apps/hello.ts": HELLO,
  ...Object.fromEntries(FIFTY),
};

export interface BenchSite extends Site {
  port: number;
}

const FASTCGI_SOCKET = ".run/njsgi-fastcgi.sock";

/**
 * One nginx with one worker and one port: the shipped configuration, that again by FastCGI and with one and with fifty
 * applications at the edge, and each peer as a server by its name.
 */
export async function startBenchSite(peers: Peer[]): Promise<BenchSite> {
  const port = await freePort();
  const site = await startSite({
    files: FILES,
    serve: ["--root", "backend/apps", "--bind", `fastcgi:unix:${FASTCGI_SOCKET}`],
    conf(conf, folder) {
      cpSync(APPS, join(folder, "bench"), { recursive: true });
      for (const name of ["one", "fifty"]) buildBundle(join(folder, name));
      return withServers(conf, port, peers);
    },
  });
  return { ...site, port };
}

const LUA_MODULES = `load_module /usr/lib/nginx/modules/ndk_http_module.so;
load_module /usr/lib/nginx/modules/ngx_http_lua_module.so;
`;

function withServers(conf: string, port: number, peers: Peer[]): string {
  const listen = `listen 127.0.0.1:${port};`;
  const hasLua = isInstalled("libnginx-mod-http-lua");
  // Each server imports its own bundle: njs runs for a request all that its server imports.
  const http = `${hasLua ? LUA_MODULES : ""}${conf}`
    .replace("js_import njsgi from dist/njsgi.js;", hasLua ? 'lua_package_path "bench/?.lua;;";' : "")
    .replace("worker_processes auto", "worker_processes 1");
  const start = http.indexOf("    server {");
  const end = http.lastIndexOf("}");
  const shipped = (name: string, bundle: string) =>
    http
      .slice(start, end)
      .replace("listen unix:.run/nginx.sock;", `${listen} server_name ${name}; js_import njsgi from ${bundle};`);
  const all = [
    http.slice(0, start),
    shipped("shipped", "dist/njsgi.js"),
    shipped("one", "one/dist/njsgi.js"),
    shipped("fifty", "fifty/dist/njsgi.js"),
    ...peers.filter(({ location }) => location).map((peer) => server(peer, listen)),
    "}",
  ].join("\n");
  const kept = `${listen} server_name shipped-fastcgi; js_import njsgi from dist/njsgi.js;`;
  return withTransport(all, "fastcgi", kept, FASTCGI_SOCKET);
}

/** With the header and body limits of the shipped server. gzip would cost all the same, and hide what differs. */
function server({ id, location, program, isKeptAlive }: Peer, listen: string): string {
  const upstream = `upstream ${id} { server unix:.run/${id}.sock; ${isKeptAlive ? "keepalive 32;" : ""} }`;
  return `${program ? upstream : ""}
    server {
      ${listen}
      server_name ${id};
      add_header X-Request-ID $request_id always;
      gzip off;
      client_max_body_size 1g;
      client_body_buffer_size 1m;
      location / { ${location!.replaceAll("$UPSTREAM", id)} }
    }`;
}
