import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findByPath, findInRoot } from "../../backend/worker/find_file.ts";
import { tempFolder } from "./temp_folder.ts";

const FILES = [
  "root/a.ts",
  "root/b.js",
  "root/c.mjs",
  "root/d.cjs",
  "root/e.json",
  "root/my.dotted.name.ts",
  "root/both.ts",
  "root/both.js",
  "root/both/index.ts",
  "root/caf\xe9.ts",
  "root/index.ts",
  "root/sub/index.ts",
  "root/sub/x.mjs",
  "root/sub/js/index.js",
  "root/.dot.ts",
  "root/.git/x.ts",
  "root/folder.ts/x.ts",
  "root/empty/readme.md",
  "root2/a.ts",
  "out.ts",
];

/** A root among others, with links in and out of it. */
function root(): string {
  const folder = tempFolder(Object.fromEntries(FILES.map((file) => [file, ""])));
  const link = (from: string, to: string) => symlinkSync(to, join(folder, "root", from));
  link("inside.ts", "sub/x.mjs");
  link("linked", "sub");
  link("outside.ts", "../out.ts");
  link("sibling.ts", "../root2/a.ts");
  link("away", "../root2");
  link("loop.ts", "loop.ts");
  link("nowhere.ts", "gone.ts");
  link("json.ts", "e.json");
  return join(folder, "root");
}

const within = (folder: string, file: string | undefined) => file?.replace(`${folder}/`, "");

describe("the file of a path", () => {
  it.each([
    ["/a", "a.ts"],
    ["/b", "b.js"],
    ["/c", "c.mjs"],
    ["/my.dotted.name", "my.dotted.name.ts"],
    ["/both", "both.ts"],
    ["/both/", "both/index.ts"],
    ["/", "index.ts"],
    ["/sub", "sub/index.ts"],
    ["/sub/", "sub/index.ts"],
    ["/sub/x", "sub/x.mjs"],
    ["/sub/js", "sub/js/index.js"],
    ["/sub/js/", "sub/js/index.js"],
    ["/caf\xc3\xa9", "caf\xe9.ts"],
    ["/folder.ts/x", "folder.ts/x.ts"],
  ])("%j is %s", (path, file) => {
    const folder = root();
    expect(within(folder, findByPath(folder, path))).toBe(file);
  });

  it.each([
    ["/inside", "sub/x.mjs"],
    ["/linked", "sub/index.ts"],
    ["/linked/x", "sub/x.mjs"],
  ])("%s is by a link %s, which is the real path", (path, file) => {
    const folder = root();
    expect(within(folder, findByPath(folder, path))).toBe(file);
  });

  it.each([
    ["names no file", "/nothing"],
    ["names no file", "/sub/nothing"],
    ["has a file for a folder", "/a/"],
    ["has a file for a folder", "/a/x"],
    ["names a folder's index itself", "/index"],
    ["names a folder's index itself", "/sub/index"],
    ["names a folder that has no index", "/empty"],
    ["names a folder that has no index", "/empty/"],
    ["has the file's ending", "/a.ts"],
    ["has the file's ending", "/b.js"],
    ["has the file's ending", "/sub/index.ts"],
    ["names a folder that is called as a file", "/folder"],
    ["names a file of another ending", "/d"],
    ["names a file of another ending", "/e"],
    ["names a link to a file of another ending", "/json"],
    ["names a dot file", "/.dot"],
    ["names a file in a dot folder", "/.git/x"],
    ["has a dot segment", "/./a"],
    ["has a dot segment", "/sub/."],
    ["has .. in it", "/sub/../a"],
    ["has .. in it", "/../out"],
    ["has .. in it", "/../root2/a"],
    ["has .. in it", "/.."],
    ["has an empty segment", "//"],
    ["has an empty segment", "//a"],
    ["has an empty segment", "/sub//x"],
    ["has an empty segment", "/sub//"],
    ["has a NUL", "/a\0"],
    ["has a NUL", "/a\0.ts"],
    ["has no slash before", "a"],
    ["is no UTF-8", "/\xff"],
    ["is no UTF-8", "/caf\xe9"],
    ["is in another letter case", "/A"],
    ["leads out of the root by a link", "/outside"],
    ["leads out of the root by a link", "/away/a"],
    ["leads into a folder whose name starts as the root's", "/sibling"],
    ["links to itself", "/loop"],
    ["links to nothing", "/nowhere"],
    ["is longer than a file's name can be", `/${"x".repeat(300)}`],
    ["is longer than a path can be", "/x".repeat(5000)],
  ])("is none where the path %s: %j", (_, path) => {
    expect(findByPath(root(), path)).toBeUndefined();
  });
});

describe("a named application file", () => {
  it("is found by its name from the root, or absolute", () => {
    const folder = root();
    expect(findInRoot(folder, "sub/x.mjs")).toBe(`${folder}/sub/x.mjs`);
    expect(findInRoot(folder, `${folder}/a.ts`)).toBe(`${folder}/a.ts`);
    expect(findInRoot(folder, "sub/../a.ts")).toBe(`${folder}/a.ts`);
  });

  it.each(["gone.ts", "e.json", "sub", "folder.ts", "../out.ts", "../root2/a.ts", "outside.ts", "a.ts\0", ""])(
    "%j is none",
    (name) => {
      expect(findInRoot(root(), name)).toBeUndefined();
    },
  );

  it("outside the root is none by its absolute name either", () => {
    const folder = root();
    expect(findInRoot(folder, join(folder, "../out.ts"))).toBeUndefined();
    expect(findInRoot(folder, "/etc/passwd")).toBeUndefined();
  });
});
