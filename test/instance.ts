import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import type { Status } from "../backend/master/status.ts";
import { get, packet } from "./packet.ts";
import { runProgram } from "./program.ts";
import { exchange } from "./request.ts";
import { PROJECT, writeFile } from "./site.ts";

const MAIN = join(PROJECT, "backend/njsgi.js");

/** A pool alone, in a folder of its own, for the test that starts it. */
export interface Instance {
  folder: string;
  pid: number;
  /** What it has printed. */
  output(): string;
  /** Resolves when it is gone, with its exit code or its signal's name. */
  exited: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** The whole answer to a GET. */
  ask(path: string): Promise<string>;
  /** Runs another command, which finds it by its name. */
  njsgi(...args: string[]): Promise<Ended>;
  status(): Promise<Status>;
}

/** A command that has run. */
export interface Ended {
  code: number | null;
  output: string;
}

/**
 * @param files application files, by path from the folder `apps`
 * @param args of `serve`, further ones; where the first is an APP.ts, that answers everything
 */
export async function startInstance(files: Record<string, string>, ...args: string[]): Promise<Instance> {
  const folder = mkdtempSync(join(tmpdir(), "njsgi-"));
  chmodSync(folder, 0o755); // as root, workers are nginx's user
  for (const [name, text] of Object.entries(files)) writeFile(join(folder, "apps", name), text);
  const root = args[0]?.endsWith(".ts") ? [] : ["--root", "apps"];
  const command = [MAIN, "serve", ...root, "--bind", "unix:pool.sock", "--workers", "1", ...args];
  const program = runProgram(process.execPath, command, { cwd: folder, log: join(folder, "log") });
  onTestFailed(() => console.log(program.output()));
  onTestFinished(async () => {
    await program.stop();
    rmSync(folder, { recursive: true });
  });
  await program.printed("njsgi: ready");
  const njsgi = (...more: string[]) => run(folder, ...more, "--name", basename(folder));
  return {
    folder,
    pid: program.pid,
    output: program.output,
    exited: program.exited,
    kill: program.kill,
    ask: async (path) => String(await exchange(join(folder, "pool.sock"), packet(get(path)))),
    njsgi,
    status: async () => JSON.parse((await njsgi("status", "--json")).output) as Status,
  };
}

/** Runs `njsgi` to its end. */
export function run(cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd, env: { ...process.env, NO_COLOR: "1" } });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}
