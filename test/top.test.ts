import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Status } from "../backend/master/status.ts";
import { type Instance, startInstance } from "./instance.ts";
import { PROJECT } from "./site.ts";
import { until } from "./until.ts";

/** `njsgi top`, on a terminal and off it. */

const APPS = { "none.ts": "" };

const OTHER_SCREEN = "\x1b[?1049h";
const FIRST_SCREEN = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const HOME = "\x1b[H";

interface Top {
  output(): string;
  type(keys: string): void;
  exited: Promise<number | null>;
}

function run(command: string, ...args: string[]): Top {
  let output = "";
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += String(data)));
  onTestFinished(() => void child.kill("SIGKILL"));
  return {
    output: () => output,
    type: (keys) => void child.stdin.write(keys),
    exited: new Promise((resolve) => child.once("close", resolve)),
  };
}

const command = (pool: Instance, ...more: string[]) => [
  process.execPath,
  join(PROJECT, "backend/njsgi.js"),
  "top",
  "--name",
  basename(pool.folder),
  ...more,
];

/** util-linux's `script` gives a command a terminal. */
const onTerminal = (pool: Instance) => run("script", "-qefc", command(pool).join(" "), "/dev/null");

const frames = ({ output }: Top) => output().split(HOME).slice(1);

describe.runIf(existsSync("/dev/pts/ptmx"))("on a terminal", () => {
  it("redraws in place, and Ctrl-C leaves the terminal as it was", async () => {
    const pool = await startInstance(APPS);
    const top = onTerminal(pool);
    await until("a second frame", () => frames(top).length >= 2);
    expect(top.output().startsWith(OTHER_SCREEN)).toBe(true);
    expect(top.output()).not.toContain("\x1b[2J");
    expect(frames(top)[1]).toContain(`master ${pool.pid}`);
    top.type("\x03");
    expect(await top.exited).toBe(130);
    expect(top.output().endsWith(FIRST_SCREEN)).toBe(true);
  });

  it("says that the instance has ended where that can be read", async () => {
    const pool = await startInstance(APPS);
    const top = onTerminal(pool);
    await until("a frame", () => frames(top).length >= 1);
    pool.kill("SIGTERM");
    expect(await top.exited).toBe(1);
    const after = top.output().split(FIRST_SCREEN);
    expect(after).toHaveLength(2);
    expect(after[1]).toContain(`${basename(pool.folder)} has ended`);
  });
});

describe("off it", () => {
  it("--json is a status a line", async () => {
    const pool = await startInstance(APPS);
    const [node, ...args] = command(pool, "--json");
    const top = run(node!, ...args);
    await until("two lines", () => top.output().split("\n").length > 2);
    for (const line of top.output().split("\n").slice(0, 2)) expect((JSON.parse(line) as Status).pid).toBe(pool.pid);
  });

  it("ends when nobody reads on", async () => {
    const pool = await startInstance(APPS);
    const top = run("sh", "-c", `${command(pool, "--json").join(" ")} | head -n 1`);
    expect(await top.exited).toBe(0);
    expect(top.output()).toMatch(/^\{.*\}\n$/); // and no error
  });
});
