import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { type Program, runProgram } from "./program.ts";
import { PROJECT } from "./site.ts";
import { tempFolder } from "./unit/temp_folder.ts";

/** `njsgi serve FILE` with one worker, in a folder of the test's own. @param file its name, `app.mjs` or `app.mjs:export` */
export function serveFile(file: string, text: string, ...args: string[]): { program: Program; socket: string } {
  const folder = tempFolder({ [file.split(":")[0]!]: text });
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), "{}");
  const command = [join(PROJECT, "backend/njsgi.js"), "serve", file, "--bind", "unix:x.sock", "--workers", "1"];
  const program = runProgram(process.execPath, [...command, ...args], {
    cwd: folder,
    log: join(folder, "log"),
    env: { NJSGI_USER: process.getuid!() === 0 ? "root" : "" }, // a folder of its own alone
  });
  onTestFailed(() => console.log(program.output()));
  onTestFinished(() => program.stop());
  return { program, socket: join(folder, "x.sock") };
}
