import { chmodSync, existsSync, renameSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { tell } from "../backend/control/client.ts";
import { children } from "./children.ts";
import { type Instance, startInstance } from "./instance.ts";
import { writeFile } from "./site.ts";
import { until } from "./until.ts";

/** What a reload replaces, and when. */

const says = (text: string) => `export function application(environ, start_response) {
  start_response("200 OK", []);
  return [process.pid + " says ${text}"];
}`;

const WAIT = "await new Promise((resolve) => setTimeout(resolve, 10));";

/** Boots at once at first; later, when there is a file `go`, and says in `booting` that it does. */
const SLOW_TO_BOOT = `import { existsSync, writeFileSync } from "node:fs";
if (existsSync("slow")) {
  writeFileSync("booting", "");
  while (!existsSync("go")) ${WAIT}
}
${says("slow")}`;

const WAITS = `import { existsSync } from "node:fs";
export async function* application(environ, start_response) {
  start_response("200 OK", []);
  yield process.pid + " first ";
  while (!existsSync("go")) ${WAIT}
  yield "last";
}`;

const BROKEN = "export const application = (;";

/** An application that each worker loads before it accepts, and may write to its folder. */
async function startOne(text: string, ...args: string[]): Promise<Instance> {
  const pool = await startInstance({ "app.ts": text }, "apps/app.ts", ...args);
  chmodSync(pool.folder, 0o777);
  return pool;
}

const change = (pool: Instance, text: string) => writeFile(join(pool.folder, "apps/app.ts"), text);
const touch = (pool: Instance, name: string) => writeFileSync(join(pool.folder, name), "");
const reload = (pool: Instance) => tell(basename(pool.folder), { command: "reload" });
const said = async (pool: Instance, path = "/") => (await pool.ask(path)).replace(/^.* says /s, "");

describe("a reload", () => {
  it("leaves the old worker in its place until the new one accepts", async () => {
    const pool = await startOne(SLOW_TO_BOOT);
    const [old] = children(pool.pid);
    touch(pool, "slow");
    const reloaded = reload(pool);
    await until("the new one to boot", () => existsSync(join(pool.folder, "booting")));
    for (let asked = 0; asked < 5; asked++) expect(await pool.ask("/")).toContain(`${old} says`);
    touch(pool, "go");
    await reloaded;
    await until("the old one to go", () => !children(pool.pid).includes(old!));
    expect(await pool.ask("/")).toContain(`${children(pool.pid)[0]} says`);
  });

  it("lets the old worker end its requests", async () => {
    const pool = await startOne(WAITS);
    const [old] = children(pool.pid);
    const answer = pool.ask("/");
    await until("it to be at work", async () => (await pool.status()).workers[0]!.inFlight === 1);
    await reload(pool);
    expect(children(pool.pid)).toContain(old);
    touch(pool, "go");
    expect(await answer).toMatch(new RegExp(`${old} first last$`));
  });

  it("kills the old worker after --graceful-timeout, and says so", async () => {
    const pool = await startOne(WAITS, "--graceful-timeout", "1");
    const [old] = children(pool.pid);
    const answer = pool.ask("/").catch(() => "");
    await until("it to be at work", async () => (await pool.status()).workers[0]!.inFlight === 1);
    await reload(pool);
    expect(await answer).not.toContain("last");
    expect(pool.output()).toContain(`worker ${old} has not ended after 1 s, and is killed`);
  });

  it("and a stop after it are one drain: what the old worker is at ends", async () => {
    const pool = await startOne(WAITS);
    const answer = pool.ask("/");
    await until("it to be at work", async () => (await pool.status()).workers[0]!.inFlight === 1);
    await reload(pool);
    await sleep(200); // or the two signals are one
    pool.kill("SIGTERM");
    await until("the new one to go", () => children(pool.pid).length === 1);
    touch(pool, "go");
    expect(await answer).toContain("first last");
    expect(await pool.exited).toBe(0);
  });

  it("serves what the files say now, and what they import", async () => {
    const pool = await startInstance({
      "a.ts": `import { text } from "./lib/text.ts"; ${says("${text}").replaceAll('"', "`").replaceAll("``", '""')}`,
      "lib/text.ts": 'export const text = "old";',
    });
    expect(await said(pool, "/a")).toBe("old");
    writeFile(join(pool.folder, "apps/lib/text.ts"), 'export const text = "new";');
    expect(await said(pool, "/a")).toBe("old");
    await reload(pool);
    await until("the new one to answer", async () => (await said(pool, "/a")) === "new");
  });

  it("reads njsgi.config.ts anew, and says what takes a restart", async () => {
    const pool = await startOne(says("${process.umask()}").replace('" says', "` says").replace('}"]', "}`]"));
    writeFileSync(join(pool.folder, "njsgi.config.ts"), 'export default { umask: "0123", backlog: 17 };');
    await reload(pool);
    await until("the new umask", async () => (await said(pool)) === String(0o123));
    expect(pool.output()).toContain("a reload does not change backlog: that takes a restart");
  });

  it("while another runs comes after it", async () => {
    const pool = await startOne(says("hello"), "--workers", "2");
    await Promise.all([reload(pool), reload(pool), reload(pool)]);
    expect(pool.output().split(": reloaded\n")).toHaveLength(4);
    await until("the old ones to go", () => children(pool.pid).length === 2);
    expect(await said(pool)).toBe("hello");
  });

  it("while a worker is dead replaces that too: what was booting in its place does not come back", async () => {
    const pool = await startOne(SLOW_TO_BOOT);
    touch(pool, "slow");
    process.kill(children(pool.pid)[0]!, "SIGKILL");
    await until("its successor to boot", () => existsSync(join(pool.folder, "booting")));
    change(pool, says("new"));
    await reload(pool);
    touch(pool, "go");
    await until("the one of before to go", () => children(pool.pid).length === 1);
    expect(await said(pool)).toBe("new");
  });
});

describe("a reload that can't boot leaves the old workers, and says why", () => {
  it.each<[what: string, text: string, why: string[], args: string[]]>([
    [
      "an application that does not load",
      BROKEN,
      ["ended with 4: the application did not load", "app.ts does not load"],
      [],
    ],
    ["a process that ends", "process.exit(7);", ["ended with 7 at boot"], []],
    ["one that takes too long", `for (;;) ${WAIT}`, ["did not boot in 1 s"], ["--boot-timeout", "1"]],
  ])("%s", async (_what, text, why, args) => {
    const pool = await startOne(says("old"), "--workers", "2", ...args);
    const old = children(pool.pid);
    change(pool, text);
    const { code, output } = await pool.njsgi("reload");
    expect(code).toBe(1);
    for (const part of why) expect(output).toContain(part);
    const before = pool.output().length;
    pool.kill("SIGHUP");
    await until("the reason in the log", () => why.every((part) => pool.output().slice(before).includes(part)));
    expect(pool.output()).not.toContain(": reloaded\n");
    await until("the new ones to go", () => children(pool.pid).length === 2);
    expect(children(pool.pid)).toEqual(old);
    expect(await said(pool)).toBe("old");
    change(pool, says("new"));
    await reload(pool);
    await until("both to be others", async () => !children(pool.pid).some((pid) => old.includes(pid)));
    expect(await said(pool)).toBe("new");
  });

  it("settings that are none", async () => {
    const pool = await startOne(says("old"));
    const old = children(pool.pid);
    writeFileSync(join(pool.folder, "njsgi.config.ts"), "export default { timout: 1 };");
    expect(await pool.njsgi("reload")).toMatchObject({ code: 2, output: expect.stringContaining("timeout") });
    await expect(reload(pool)).rejects.toThrow("timeout");
    expect(children(pool.pid)).toEqual(old);
  });
});

const renamed = (path: string, text: string) => {
  writeFile(`${path}.tmp~`, text);
  renameSync(`${path}.tmp~`, path);
};

describe("--reload", () => {
  it("takes an edit, a new file, an editor's rename into place and a new folder, and leaves what is hidden", async () => {
    const pool = await startInstance({ "a.ts": says("old") }, "--reload");
    const file = (name: string) => join(pool.folder, "apps", name);
    const triggers = () => pool.output().split("has changed: reload").length - 1;
    const steps: [what: string, path: string, make: () => void][] = [
      ["an edit", "/a", () => writeFile(file("a.ts"), says("an edit"))],
      ["a new file", "/b", () => writeFile(file("b.ts"), says("a new file"))],
      ["a rename", "/a", () => renamed(file("a.ts"), says("a rename"))],
      ["another", "/a", () => renamed(file("a.ts"), says("another"))],
      ["a new folder", "/sub/c", () => writeFile(file("sub/c.ts"), says("a new folder"))],
      ["an edit there", "/sub/c", () => writeFile(file("sub/c.ts"), says("an edit there"))],
    ];
    for (const [what, path, make] of steps) {
      const before = triggers();
      make();
      await until(`${what} to be noticed`, () => triggers() > before);
      await until(`${what} to be served`, async () => (await said(pool, path)) === what);
    }
    await until("quiet", async () => {
      const before = triggers();
      await sleep(300);
      return triggers() === before;
    });
    const before = triggers();
    for (const name of [".a.ts.swp", "a.ts~", "node_modules/x/index.js", ".git/index"]) writeFile(file(name), "");
    await sleep(300);
    expect(triggers()).toBe(before);
  });

  it("says why a change is not served, and goes on", async () => {
    const pool = await startOne(says("old"), "--reload");
    change(pool, BROKEN);
    await until("the reason", () => /the workers stay as they are: .*did not load: .*app\.ts/.test(pool.output()));
    expect(await said(pool)).toBe("old");
    change(pool, says("new"));
    await until("the next change", async () => (await said(pool)) === "new");
  });

  it("watches --reload-dir too", async () => {
    const pool = await startInstance({ "a.ts": says("a"), "../lib/b.ts": "" }, "--reload", "--reload-dir", "lib");
    writeFile(join(pool.folder, "lib/b.ts"), "1;");
    await until("the reload", () => /lib\/b.ts has changed: reload[^]*: reloaded\n/.test(pool.output()));
  });
});

it("--touch-reload: the file touched, and another renamed into its place", async () => {
  const pool = await startInstance({ "a.ts": says("a"), "../touch": "" }, "--touch-reload", "touch");
  const reloads = (count: number) =>
    until(`reload ${count}`, () => pool.output().split(": reloaded\n").length === count + 1);
  utimesSync(join(pool.folder, "touch"), new Date(), new Date());
  await reloads(1);
  renamed(join(pool.folder, "touch"), "");
  await reloads(2);
  utimesSync(join(pool.folder, "touch"), new Date(), new Date());
  await reloads(3);
});
