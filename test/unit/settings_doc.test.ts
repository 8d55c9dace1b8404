import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SETTINGS } from "../../backend/settings/table.ts";
import { PROJECT } from "../site.ts";

const read = (name: string) => readFileSync(join(PROJECT, name), "utf8");

it("docs/settings.md is what `npm run docs` makes of the table", () => {
  const made = execFileSync(process.execPath, ["backend/settings/document.ts"], { cwd: PROJECT, encoding: "utf8" });
  const printed = execFileSync("prettier", ["--parser", "markdown"], { cwd: PROJECT, input: made, encoding: "utf8" });
  expect(read("docs/settings.md")).toBe(printed);
});

it.each(Object.keys(SETTINGS))("%s is read somewhere", (name) => {
  const files = globSync("backend/{cli,control,gateway,master,worker}/*.ts", { cwd: PROJECT });
  expect(files.map(read).join()).toMatch(new RegExp(`(settings\\.|[{,] )${name}\\b`));
});
