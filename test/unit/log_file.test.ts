import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, readSync, renameSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openLogFile } from "../../backend/gateway/log_file.ts";
import { until } from "../until.ts";
import { tempFolder } from "./temp_folder.ts";

describe("openLogFile", () => {
  it("appends, soon or at once", async () => {
    const path = join(tempFolder({ "a.log": "before\n" }), "a.log");
    const file = openLogFile(path, 1);
    file.write("one\n");
    expect(readFileSync(path, "utf8")).toBe("before\n");
    await until("the line", () => readFileSync(path, "utf8") === "before\none\n");
    file.write("two\n");
    file.flush();
    expect(readFileSync(path, "utf8")).toBe("before\none\ntwo\n");
  });

  it("writes no more at once than a pipe takes as one piece, and whole lines", () => {
    const path = join(tempFolder({}), "a.log");
    const file = openLogFile(path, 1);
    const line = `${"é".repeat(500)}\n`;
    for (let i = 0; i < 5; i++) file.write(line);
    expect(statSync(path).size).toBe(4 * 1001);
  });

  it("reopens by its path: each line is in one file", () => {
    const folder = tempFolder({});
    const path = join(folder, "a.log");
    const file = openLogFile(path, 1);
    file.write("one\n");
    renameSync(path, join(folder, "b.log"));
    file.write("two\n");
    file.reopen();
    file.write("three\n");
    file.flush();
    expect(readFileSync(join(folder, "b.log"), "utf8")).toBe("one\ntwo\n");
    expect(readFileSync(path, "utf8")).toBe("three\n");
  });

  it("goes on in the old file where the new one can't be had", () => {
    const folder = tempFolder({ "logs/a.log": "" });
    const file = openLogFile(join(folder, "logs/a.log"), 1);
    renameSync(join(folder, "logs"), join(folder, "old"));
    expect(file.reopen).toThrow("ENOENT");
    file.write("one\n");
    file.flush();
    expect(readFileSync(join(folder, "old/a.log"), "utf8")).toBe("one\n");
  });

  it("loses lines on a full disk, and says so once", () => {
    const said: string[] = [];
    const file = openLogFile("/dev/full", 1, (why) => said.push(why));
    for (const line of ["one\n", "two\n"]) {
      file.write(line);
      file.flush();
    }
    expect(said).toEqual(["ENOSPC: no space left on device, write"]);
  });

  it("keeps what a pipe does not take, and brings it in order", async () => {
    const path = join(tempFolder({}), "pipe");
    execFileSync("mkfifo", [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const file = openLogFile("-", writer);
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at}\n`).join("");
    for (const line of lines.split(/(?<=\n)/)) file.write(line);
    let text = "";
    const chunk = Buffer.alloc(65536);
    await until("all lines", () => {
      try {
        text += chunk.toString("utf8", 0, readSync(reader, chunk));
      } catch {
        // nothing is there yet
      }
      return text.length >= lines.length;
    });
    expect(text).toBe(lines);
    closeSync(reader);
    file.write("nobody reads\n");
    expect(file.flush).not.toThrow();
    closeSync(writer);
  });

  it.runIf(process.getuid!() === 0)("as root follows no symbolic link", () => {
    const folder = tempFolder({ "other.txt": "" });
    symlinkSync("other.txt", join(folder, "a.log"));
    const said: string[] = [];
    openLogFile(join(folder, "a.log"), 1, (why) => said.push(why));
    expect(said[0]).toContain("ELOOP");
  });
});
