import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { useSite } from "./use_site.ts";

const answering = (imports: string, value: string) => `${imports}
export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return [String(${value})];
}`;

const node_modules: Record<string, Record<string, string>> = {
  pure: {
    "package.json": '{ "type": "module", "exports": "./index.js" }',
    // What compilers leave in packages: a directive, this, files that import each other.
    "index.js": `"use strict"; "use client";
      import { deep } from "deep";
      export { other } from "./other.js";
      var helper = (this && this.helper) || ((text) => text);
      export class Greeter { name = deep; greet() { return helper(\`Hello \${this.name ?? "nobody"}\`); } }`,
    "other.js": 'import { Greeter } from "./index.js"; export const other = () => new Greeter().greet();',
  },
  deep: {
    "package.json": '{ "main": "node.js", "module": "module.js" }',
    "node.js": 'throw new Error("for Node");',
    "module.js": 'export const deep = "deep"; export const unused = new Map();',
  },
  common: { "package.json": "{}", "index.js": 'module.exports = () => "CommonJS";' },
  newer: { "package.json": '{ "type": "module" }', "index.js": "export const newer = /./su;" },
};

const files: Record<string, string> = {
  "njs/apps/pure.ts": answering('import { other } from "pure";', "other()"),
  "njs/apps/cookie.ts": answering(
    'import { stringifySetCookie } from "cookie";',
    'stringifySetCookie({ name: "a", value: "\u00e9 x", path: "/", maxAge: 5, sameSite: "lax", httpOnly: true })',
  ),
  "njs/apps/missing.ts": answering('import missing from "no-such-package";', "missing"),
  "njs/apps/builtin.ts": answering('import { createHash } from "node:crypto";', "createHash"),
  "njs/apps/common.ts": answering('import common from "common";', "common()"),
  "njs/apps/newer.ts": answering('import { newer } from "newer";', "newer"),
};
for (const [name, contents] of Object.entries(node_modules))
  for (const [file, text] of Object.entries(contents)) files[`node_modules/${name}/${file}`] = text;
files["node_modules/cookie/package.json"] = '{ "type": "module" }';
files["node_modules/cookie/index.js"] =
  `export * from ${JSON.stringify(`${PROJECT}node_modules/cookie/dist/index.js`)};`;

const site = useSite({ files });

describe("an edge application imports packages", () => {
  it("of ES modules, by their exports or module entry, with what these import", async () => {
    expect(await request(site.socket, "/pure")).toMatchObject({ status: 200, text: "Hello deep" });
  });

  it("cookie, as it is on npm", async () => {
    const { text } = await request(site.socket, "/cookie");
    expect(text).toBe("a=%C3%A9%20x; Max-Age=5; Path=/; HttpOnly; SameSite=Lax");
  });
});

describe("what cannot be had at the edge is a 500 for its path, and a warning of the build", () => {
  const build = () => {
    const rollup = `${PROJECT}node_modules/.bin/rollup`;
    const args = ["-c", "--configSite", site.folder];
    return execFileSync("sh", ["-c", '"$@" 2>&1', "sh", process.execPath, rollup, ...args], {
      cwd: PROJECT,
      encoding: "utf8",
    });
  };

  it.each([
    ["missing", '"no-such-package" is imported by'],
    ["builtin", '"node:crypto" is imported by'],
    ["common", '"default" is not exported by'],
    ["newer", "/./su has no form in ES5"],
  ])("%s", async (name, reason) => {
    expect(await request(site.socket, `/${name}`)).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    expect(site.errorLog()).toContain(`njs/apps/${name}.ts does not compile:`);
    expect(site.errorLog()).toContain(reason);
    const printed = build();
    expect(printed).toContain(`njs/apps/${name}.ts does not compile:`);
    expect(printed).toContain(reason);
  });
});
