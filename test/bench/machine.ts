import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../site.ts";
import { version } from "./packages.ts";

/** Debian's, by what they are called here. */
const PACKAGES: [name: string, packageName: string][] = [
  ["nginx", "nginx"],
  ["njs", "libnginx-mod-http-js"],
  ["Lua module", "libnginx-mod-http-lua"],
  ["LuaJIT", "libluajit2-5.1-2"],
  ["Python", "python3"],
  ["uWSGI", "uwsgi"],
  ["Flask", "python3-flask"],
  ["gunicorn", "gunicorn"],
  ["PHP-FPM", "php-fpm"],
  ["wrk", "wrk"],
];

const FRAMEWORKS = ["express", "koa", "@koa/router", "fastify", "hono", "@hono/node-server"];

/** What it was measured on, as a list in Markdown. */
export function machine(): string {
  const debian = PACKAGES.flatMap(([name, packageName]) => version(packageName)?.replace(/^/, `${name} `) ?? []);
  const npm = FRAMEWORKS.map((name) => {
    const text = readFileSync(join(PROJECT, "node_modules", name, "package.json"), "utf8");
    return `${name} ${(JSON.parse(text) as { version: string }).version}`;
  });
  const [{ model } = { model: "unknown" }] = cpus();
  return [
    `- ${new Date().toISOString().slice(0, 10)}, ${model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    `- Node ${process.versions.node}, ${debian.join(", ")}`,
    `- ${npm.join(", ")}`,
  ].join("\n");
}
