import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { get as httpGet } from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makeClone } from "./clone.ts";
import { freePort } from "./free_port.ts";
import { type Program, runProgram } from "./program.ts";
import { until } from "./until.ts";

/** `npm start`, in a copy of the checkout: under a folder that only its owner enters, as a clone in a home may be. */
const parent = mkdtempSync(join(tmpdir(), "njsgi-"));
const copy = join(parent, basename(parent)); // also the instance's name: other checkouts' tests have theirs
let program: Program | undefined;

beforeAll(() => {
  makeClone(copy);
  writeFileSync(
    join(copy, "backend/apps/slow.ts"),
    `import { existsSync, writeFileSync } from "node:fs";
    export async function application(environ, start_response) {
      writeFileSync(environ.QUERY_STRING + ".started", "");
      while (!existsSync(environ.QUERY_STRING + ".go")) await new Promise((resolve) => setTimeout(resolve, 10));
      start_response("200 OK", []);
      return ["slow"];
    }`,
  );
  for (const folder of ["njs/apps", "backend/apps/pool"]) {
    writeFileSync(join(copy, folder, "fails.ts"), 'export function application() { throw new Error("shown"); }');
  }
});
beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(program?.output())));
afterEach(() => program?.stop());
afterAll(() => rmSync(parent, { recursive: true }));

async function npmStart(env: NodeJS.ProcessEnv, ...args: string[]): Promise<Program> {
  mkdirSync(join(parent, "logs"), { recursive: true });
  const log = join(parent, "logs", String(Object.values(env)[0]));
  return (program = runProgram("npm", ["start", "--", ...args], { cwd: copy, log, env }));
}

/** The status of a GET, over TCP. */
function status(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    httpGet(url, { agent: false }, (answer) => resolve(answer.resume().statusCode!)).on("error", reject);
  });
}

/** Processes that work in the copy, whosever children they are. */
function processes(): string[] {
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(copy);
    } catch {
      return false; // it is gone, or another user's
    }
  });
}

describe("npm start", () => {
  it.each<[how: string, end: (pid: number) => void]>([
    ["SIGTERM to npm", (pid) => process.kill(pid, "SIGTERM")],
    ["Ctrl-C, SIGINT to the whole group", (pid) => process.kill(-pid, "SIGINT")],
  ])("brings up nginx and the pool, and %s ends both and leaves no process", async (_how, end) => {
    const port = await freePort();
    const { printed, exited, output, pid } = await npmStart({ PORT: String(port) });
    await printed(".run/access.log");
    expect(output()).toMatch(new RegExp(`njsgi is up: http://127.0.0.1:${port}/hello\n  workers  \\d+, as \\w`));
    for (const path of ["/hello", "/app", "/environ", "/pool/hello", "/pool/app", "/pool/environ"]) {
      expect(await status(`http://127.0.0.1:${port}${path}`), path).toBe(200);
    }
    expect(processes().length).toBeGreaterThan(3);
    const slow = status(`http://127.0.0.1:${port}/slow?${port}`);
    await until("the slow application to start", () => existsSync(join(copy, `${port}.started`)));
    end(pid);
    await until("nginx to accept no more", () =>
      status(`http://127.0.0.1:${port}/hello`).then(
        () => false,
        () => true,
      ),
    );
    writeFileSync(join(copy, `${port}.go`), "");
    expect(await slow, "the request it was at").toBe(200);
    await exited;
    expect(output()).not.toContain("takes its place");
    expect(processes()).toEqual([]);
    expect(existsSync(join(copy, ".run/njsgi.sock"))).toBe(false);
  });

  it.each([
    ["--development", "Error: shown\n"],
    [undefined, "500 Internal Server Error\n"],
  ])("%s: a 500 of both places starts with %j", async (flag, text) => {
    const port = await freePort();
    const { printed, exited, kill } = await npmStart({ PORT: String(port) }, ...(flag ? [flag] : []));
    await printed(".run/access.log");
    for (const path of ["/fails", "/pool/fails"]) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`);
      expect((await answer.text()).slice(0, text.length), path).toBe(text);
    }
    kill("SIGTERM");
    await exited;
  });

  it("says so when its port is taken, and leaves no process", async () => {
    const server = (await import("node:net")).createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    try {
      const { exited, output } = await npmStart({ PORT: String(port) });
      expect(await exited).toBe(1);
      expect(output()).toContain(`nginx did not start on port ${port}`);
      expect(processes()).toEqual([]);
    } finally {
      server.close();
    }
  });

  it("says so when nginx could not enter the checkout, as root", async () => {
    chmodSync(copy, 0o700);
    try {
      const { exited, output, kill, printed } = await npmStart({ PORT: String(await freePort()) });
      if (process.getuid!() !== 0) {
        // nginx is the same user then
        await printed("njsgi is up");
        kill("SIGTERM");
      }
      expect(await exited).toBe(process.getuid!() === 0 ? 1 : 0);
      expect(output().includes(`can't enter ${copy}: chmod o+x ${copy}`)).toBe(process.getuid!() === 0);
    } finally {
      chmodSync(copy, 0o755);
    }
  });

  it("refuses a PORT that is none", async () => {
    const { exited, output } = await npmStart({ PORT: "80a" });
    expect(await exited).toBe(2);
    expect(output()).toContain('PORT is "80a", want a number from 1 to 65535');
  });
});
