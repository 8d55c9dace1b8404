import { execFileSync } from "node:child_process";
import { chmodSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { children } from "./children.ts";
import { run, startInstance } from "./instance.ts";
import { tempFolder } from "./unit/temp_folder.ts";

/** Settings, as a person at a command line meets them. */

describe("njsgi check", () => {
  it("prints each value, and where it comes from", async () => {
    const folder = tempFolder({ "njsgi.config.ts": "export default { workers: 3, timeout: 5 };" });
    const { code, output } = await run(folder, "check", "--timeout", "7", "--bind", ":80");
    expect(code).toBe(0);
    expect(output).toMatch(/^workers +3 +njsgi\.config\.ts: workers$/m);
    expect(output).toMatch(/^timeout +7 +--timeout$/m);
    expect(output).toMatch(/^bind +:80 +--bind$/m);
    expect(output).toMatch(/^socketMode +0660 +default$/m);
    expect(output).toMatch(/^pid +- +default$/m);
  });

  it("prints them as JSON", async () => {
    const { output } = await run(tempFolder({}), "check", "--json", "--max-memory", "1k");
    expect(JSON.parse(output)).toContainEqual({ name: "maxMemory", value: 1024, origin: "--max-memory" });
  });
});

describe("what is wrong is said before anything starts, with exit code 2", () => {
  it.each([
    [["serve", "--wrokers", "3"], "there is no --wrokers: did you mean --workers?"],
    [["serve", "--workers", "none"], '--workers is "none", want a whole number from 1 to 1024, or auto'],
    [["check", "--timeout", "soon"], '--timeout is "soon", want a number of seconds from 0 on'],
    [["serve"], "serve needs APP.ts or --root DIR"],
    [["serve", "app.ts", "--root", "."], "serve takes APP.ts or --root, not both"],
    [["serve", "--root", "none"], "--root none is no folder"],
    [["serve", "--root", ".", "--user", "nobody-at-all"], "nobody-at-all"],
    [["reloda"], 'no command "reloda": did you mean reload?'],
  ])("%j", async (args, says) => {
    expect(await run(tempFolder({}), ...args)).toEqual({ code: 2, output: expect.stringContaining(says) });
  });

  it("a file's typo", async () => {
    const folder = tempFolder({ "njsgi.config.ts": "export default { wrokers: 3 };" });
    const says = expect.stringContaining("there is no wrokers: did you mean workers?");
    expect(await run(folder, "serve", "--root", ".")).toEqual({ code: 2, output: says });
  });
});

describe.runIf(process.getuid!() === 0)("as root", () => {
  const WHO = `export function application(environ, start_response) {
    start_response("200 OK", []);
    return [[process.getuid(), process.getgid(), process.getgroups(), process.umask().toString(8)].join(" ")];
  }`;

  const id = (flag: string, name: string) => execFileSync("id", [flag, name], { encoding: "utf8" }).trim();

  it("--user, --group and --umask are the workers', before an application is loaded", async () => {
    const pool = await startInstance({ "who.ts": WHO }, "--user", "nobody", "--group", "daemon", "--umask", "027");
    const gid = execFileSync("getent", ["group", "daemon"], { encoding: "utf8" }).split(":")[2];
    expect((await pool.ask("/who")).split("\r\n\r\n")[1]).toBe(`${id("-u", "nobody")} ${gid} ${gid} 27`);
    expect(statSync(`/proc/${children(pool.pid)[0]}`).uid).toBe(Number(id("-u", "nobody")));
  });

  it("workers that have to be root are warned of", async () => {
    const folder = tempFolder({ "apps/who.ts": WHO });
    chmodSync(folder, 0o700);
    const { output } = await run(folder, "serve", "--root", "apps", "--bind", "unix:none/x.sock");
    expect(output).toMatch(
      /\*\*\* WARNING: workers run as root: www-data can't read .*, and there is no --user \*\*\*/,
    );
  });
});
