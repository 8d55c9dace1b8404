import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { generation } from "./generation.ts";
import { type Program, runProgram } from "./program.ts";
import { until } from "./until.ts";

/** The checkout. */
export const PROJECT = fileURLToPath(new URL("..", import.meta.url));

const NGINX_ENV = { PATH: `${process.env.PATH}:/usr/sbin` };

export interface SiteOptions {
  /** Contents by path from the site's folder, `njs/apps/hello.ts`. The project's own applications when not given. */
  files?: Record<string, string>;
  /** Changes nginx.conf's copy. */
  conf?: (conf: string, folder: string) => string;
  /** Default 1. */
  workers?: number;
  /** Further arguments of `serve`. */
  serve?: string[];
}

/** A folder laid out as the project, with nginx and a pool running in it: nginx.conf differs in its listen line alone. */
export interface Site {
  folder: string;
  /** nginx's unix socket. */
  socket: string;
  /** The pool's unix socket. */
  poolSocket: string;
  nginx: Program;
  pool: Program;
  /** nginx's error log. */
  errorLog(): string;
  /** All logs, for a test that failed. */
  logs(): string;
  stop(): Promise<void>;
}

export async function startSite(options: SiteOptions = {}): Promise<Site> {
  const folder = makeFolder(options);
  const pool = startPool(folder, options);
  const read = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
  let nginx: Program | undefined;
  const stop = async () => {
    await nginx?.stop("SIGQUIT");
    await pool.stop();
    rmSync(folder, { recursive: true });
  };
  try {
    buildBundle(folder);
    await pool.printed("njsgi: ready");
    const [command, ...args] = generation.command;
    nginx = runProgram(command, [...args, "-p", ".", "-c", "nginx.conf", "-g", "daemon off;"], {
      cwd: folder,
      log: join(folder, ".run/nginx.log"),
      env: NGINX_ENV,
    });
    const started = nginx;
    await until("nginx to listen", () => read(".run/nginx.pid").trim() === String(started.pid));
    return {
      folder,
      socket: join(folder, ".run/nginx.sock"),
      poolSocket: join(folder, ".run/njsgi.sock"),
      nginx,
      pool,
      errorLog: () => read(".run/error.log"),
      logs: () => `nginx:\n${read(".run/nginx.log")}${read(".run/error.log")}\npool:\n${pool.output()}`,
      stop,
    };
  } catch (error) {
    const logs = `${read(".run/nginx.log")}${read(".run/error.log")}${pool.output()}`;
    await stop();
    throw new Error(`the site did not start: ${(error as Error).message}\n${logs}`, { cause: error });
  }
}

function makeFolder({ files, conf = (text) => text }: SiteOptions): string {
  const folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  chmodSync(folder, 0o755); // as root, workers are nginx's user
  for (const name of [".run", "njs/apps", "backend/apps", "njs/static", "node_modules"]) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  symlinkSync(PROJECT, join(folder, "node_modules/njsgi"));
  if (files) {
    for (const [name, text] of Object.entries(files)) writeFile(join(folder, name), text);
  } else {
    for (const name of ["njs/apps", "njs/routes.ts", "njs/static", "backend/apps"]) {
      cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
    }
  }
  for (const name of ["uwsgi_params", "fastcgi_params"]) cpSync(join(PROJECT, "njs", name), join(folder, "njs", name));
  const params = readFileSync(join(PROJECT, "njs/uwsgi_params"), "utf8");
  writeFileSync(join(folder, "njs/scgi_params"), params.replaceAll("uwsgi_param", "scgi_param"));
  const shipped = readFileSync(join(PROJECT, "nginx.conf"), "utf8");
  writeFileSync(
    join(folder, "nginx.conf"),
    generation.conf(conf(shipped.replace(/listen [^;]*;/, "listen unix:.run/nginx.sock;"), folder)),
  );
  return folder;
}

export function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function startPool(folder: string, { workers = 1, serve = ["--root", "backend/apps"] }: SiteOptions): Program {
  const main = join(PROJECT, "backend/main.ts");
  const args = [main, "serve", "--bind", "unix:.run/njsgi.sock", "--workers", String(workers), ...serve];
  return runProgram(process.execPath, args, { cwd: folder, log: join(folder, ".run/pool.log") });
}

/** Of the edge applications in a folder laid out as the project. */
export function buildBundle(folder: string): void {
  const rollup = join(PROJECT, "node_modules/.bin/rollup");
  execFileSync(process.execPath, [rollup, "-c", "--configSite", folder], { cwd: PROJECT, stdio: "pipe" });
}
