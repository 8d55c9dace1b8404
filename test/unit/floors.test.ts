import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VERSION } from "../../njs/wsgi/version.ts";
import { crossings, cycles, loadsApplications } from "./imports.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The project's own sources: text by path. */
function sources(): Map<string, string> {
  const names = ["njs", "backend"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => `${folder}/${name}`),
  );
  const own = names.filter((name) => name.endsWith(".ts") && !/^(njs|backend)\/apps\//.test(name));
  return new Map(own.sort().map((name) => [name, readFileSync(join(ROOT, name), "utf8")]));
}

const madeUp = (files: { [name: string]: string }) => new Map(Object.entries(files));

describe("floors", () => {
  it("each imports only lower ones", () => {
    expect(crossings(sources())).toEqual([]);
  });

  it("the master loads no application, by whatever it imports", () => {
    expect(loadsApplications(sources())).toEqual([]);
  });

  it("no file imports itself, round whatever corners", () => {
    expect(cycles(sources())).toEqual([]);
  });
});

describe("floors: what would be found", () => {
  it.each([
    ["njs/wsgi/a.ts", "../route.ts"],
    ["njs/wsgi/a.ts", "../build/table.ts"],
    ["njs/wsgi/a.ts", "../../backend/wire/uwsgi.ts"],
    ["njs/wsgi/a.ts", "../../package.json"],
    ["njs/wsgi/a.ts", "node:fs"],
    ["njs/wsgi/a.ts", "typescript"],
    ["njs/a.ts", "./build/table.ts"],
    ["njs/a.ts", "./apps/hello.ts"],
    ["njs/a.ts", "../backend/gateway/log.ts"],
    ["njs/build/a.ts", "../../backend/worker/find_file.ts"],
    ["backend/settings/a.ts", "../wire/uwsgi.ts"],
    ["backend/wire/a.ts", "../gateway/log.ts"],
    ["backend/gateway/a.ts", "../adapter/node.ts"],
    ["backend/gateway/a.ts", "../worker/load.ts"],
    ["backend/adapter/a.ts", "../worker/load.ts"],
    ["backend/worker/a.ts", "../master/master.ts"],
    ["backend/master/a.ts", "../control/socket.ts"],
    ["backend/control/a.ts", "../cli/serve.ts"],
    ["backend/cli/a.ts", "../main.ts"],
    ["backend/cli/a.ts", "../apps/pool/hello.ts"],
    ["backend/worker/a.ts", "../../njs/routes.ts"],
    ["backend/worker/a.ts", "../../njs/build/table.ts"],
    ["backend/new/a.ts", "../wire/uwsgi.ts"],
  ])("%s imports %s", (name, specifier) => {
    const forms = [
      `import { a } from "${specifier}";`,
      `import type { A } from "${specifier}";`,
      `import "${specifier}";`,
      `export * from "${specifier}";`,
      `export type { A } from "${specifier}";`,
      `const a = await import("${specifier}");`,
      `const a = require("${specifier}");`,
      `let a: import("${specifier}").A;`,
    ];
    for (const code of forms) expect(crossings(madeUp({ [name]: code }))).toEqual([`${name} imports ${specifier}`]);
  });

  it.each([
    ["njs/wsgi/a.ts", "./types.ts"],
    ["njs/a.ts", "./wsgi/types.ts"],
    ["njs/a.ts", "njsgi:apps"],
    ["njs/build/a.ts", "../wsgi/mount.ts"],
    ["njs/build/a.ts", "rollup"],
    ["backend/wire/a.ts", "../../njs/wsgi/types.ts"],
    ["backend/gateway/a.ts", "../wire/uwsgi.ts"],
    ["backend/gateway/a.ts", "node:net"],
    ["backend/adapter/node/a.ts", "../../gateway/environ.ts"],
    ["backend/cli/a.ts", "../control/socket.ts"],
    ["backend/main.ts", "./cli/serve.ts"],
  ])("but not %s imports %s", (name, specifier) => {
    expect(crossings(madeUp({ [name]: `import { a } from "${specifier}";` }))).toEqual([]);
  });

  it("an import in a comment or a string is none", () => {
    const code = `// import "node:fs";\nconst a = 'import "node:fs"';`;
    expect(crossings(madeUp({ "njs/wsgi/a.ts": code }))).toEqual([]);
  });

  it.each(["load", "site", "application"])("a master that loads worker/%s.ts, itself or through another", (name) => {
    const file = `backend/worker/${name}.ts`;
    const direct = { "backend/master/a.ts": `import { a } from "../worker/${name}.ts";` };
    const through = {
      "backend/master/a.ts": 'import { b } from "../worker/b.ts";',
      // all names are types, and the file is run for all that
      "backend/worker/b.ts": `import { type A } from "./${name}.ts";`,
    };
    const late = { "backend/master/a.ts": `const { a } = await import("../worker/${name}.ts");` };
    for (const files of [direct, through, late]) expect(loadsApplications(madeUp(files))).toEqual([file]);
  });

  it("not a master that knows its types", () => {
    const code = 'import type { A } from "../worker/load.ts"; let a: import("../worker/site.ts").A;';
    expect(loadsApplications(madeUp({ "backend/master/a.ts": code }))).toEqual([]);
  });

  it("a cycle, of types too", () => {
    const files = madeUp({
      "njs/a.ts": 'import { b } from "./b.ts";',
      "njs/b.ts": 'import type { C } from "./wsgi/c.ts";',
      "njs/wsgi/c.ts": 'export * from "../a.ts";',
      "njs/d.ts": 'import "./a.ts"; import "./b.ts";',
    });
    expect(cycles(files)).toEqual(["njs/a.ts -> njs/b.ts -> njs/wsgi/c.ts -> njs/a.ts"]);
  });
});

describe("sizes", () => {
  const lines = [...sources()].map(([name, code]) => ({ name, count: code.trimEnd().split("\n").length }));

  it("every file is under 250 lines", () => {
    expect(lines.length).toBeGreaterThan(30);
    expect(lines.filter(({ count }) => count >= 250)).toEqual([]);
  });

  it("the median is under 80", () => {
    const counts = lines.map(({ count }) => count).sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThan(80);
  });
});

it("njs/wsgi/version.ts says package.json's version", () => {
  expect(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))).toMatchObject({ version: VERSION });
});
