import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { freePort } from "../free_port.ts";
import { type Program, runProgram } from "../program.ts";
import { PROJECT } from "../site.ts";
import { KEPT_SIDES, type KeptSide, withServers } from "../two_servers.ts";
import { until } from "../until.ts";
import { useSite } from "../use_site.ts";

/** What the apps serve files from, in the folder they run in. */
export const DIGITS = "0123456789".repeat(1000);

/**
 * Runs a program twice as it is: by `njsgi serve` behind uwsgi_pass and fastcgi_pass, and by `node` behind proxy_pass.
 * @returns nginx's ports, once the tests run
 */
export function useApp(file: string): Record<KeptSide, number> {
  const ports = {} as Record<KeptSide, number>;
  const upstreams = { uwsgi: "unix:.run/njsgi.sock", proxy: "" };
  let port: number;
  beforeAll(async () => {
    for (const side of KEPT_SIDES) ports[side] = await freePort();
    port = await freePort();
    upstreams.proxy = `127.0.0.1:${port}`;
  });
  const site = useSite({
    files: { "public/digits.txt": DIGITS },
    conf: (conf) => withServers(conf, ports, upstreams),
    serve: [file, "--bind", "fastcgi:unix:.run/fastcgi.sock"],
  });
  let node: Program | undefined;
  beforeAll(async () => {
    const log = join(site.folder, ".run/node.log");
    node = runProgram(process.execPath, [file], { cwd: site.folder, log, env: { PORT: String(port) } });
    await until("node to listen", () => isOpen(port), 30);
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(`node:\n${node?.output()}`)));
  afterAll(() => node?.stop());
  return ports;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });
}

/** @returns the program of nest.ts, once the tests run: compiled, as `nest build` does it */
export function useNest(): string {
  const folder = join(tmpdir(), `njsgi-nest-${process.pid}`);
  beforeAll(() => {
    mkdirSync(folder);
    symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const options = ["-p", join(PROJECT, "test/frameworks"), "--noEmit", "false", "--noCheck", "--outDir", folder];
    execFileSync(process.execPath, [join(PROJECT, "node_modules/typescript/bin/tsc"), ...options], { stdio: "pipe" });
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  return join(folder, "nest.js");
}
