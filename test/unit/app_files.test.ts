import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appFiles } from "../../njs/build/app_files.ts";
import { tempFolder } from "./temp_folder.ts";

const folder = (...files: string[]) => tempFolder(Object.fromEntries(files.map((file) => [file, ""])));

describe("the application files of a folder", () => {
  it.each([
    ["a.ts", ["/a"]],
    ["a.js", ["/a"]],
    ["a.mjs", ["/a"]],
    ["my.dotted.name.ts", ["/my.dotted.name"]],
    ["sub/deep/a.ts", ["/sub/deep/a"]],
    ["index.ts", ["/"]],
    ["sub/index.ts", ["/sub", "/sub/"]],
    ["sub/reindex.ts", ["/sub/reindex"]],
    ["caf\xe9.ts", ["/caf\xe9"]],
  ])("%s answers %j", (file, paths) => {
    expect([...appFiles(folder(file))]).toEqual(paths.map((path) => [path, file]));
  });

  it.each([".dot.ts", ".git/a.ts", "sub/.dot.ts", "sub/.git/a.ts", "a.cjs", "a.json", "a", "ts", "a.ts.map"])(
    "%s is none",
    (file) => {
      expect([...appFiles(folder(file))]).toEqual([]);
    },
  );

  it("a folder is none, whatever its name, and its files are", () => {
    expect([...appFiles(folder("a.ts/b.ts"))]).toEqual([["/a.ts/b", "a.ts/b.ts"]]);
  });

  it("a folder that is not there has none", () => {
    expect([...appFiles(join(folder(), "gone"))]).toEqual([]);
  });

  it.each([
    ["/a", "a.js", "a.ts"],
    ["/a", "a.ts", "a/index.ts"],
    ["/a", "a/index.js", "a/index.mjs"],
    ["/", "index.js", "index.ts"],
  ])("two for %s are an error naming both: %s and %s", (path, one, other) => {
    const both = folder(one, other);
    expect(() => appFiles(both)).toThrow(`${both}/${one}`);
    expect(() => appFiles(both)).toThrow(`${both}/${other}`);
    expect(() => appFiles(both)).toThrow(` both answer ${path}: rename one`);
  });
});
