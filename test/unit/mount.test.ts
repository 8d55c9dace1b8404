import { describe, expect, it } from "vitest";
import { byScriptName, findMount, type Mount } from "../../njs/wsgi/mount.ts";

const app: Mount = { place: "pool", app: "app.ts" };

describe("E5 the mount of a path", () => {
  it.each([
    ["/foo", ["/foo"], "/foo"],
    ["/foo/", ["/foo"], "/foo"],
    ["/foo/x", ["/foo"], "/foo"],
    ["/foobar", ["/foo"], undefined],
    ["/foo.ts", ["/foo"], undefined],
    ["/fo", ["/foo"], undefined],
    ["/Foo", ["/foo"], undefined],
    ["/x/foo", ["/foo"], undefined],
    ["/", ["/foo"], undefined],
    ["", ["/foo"], undefined],
    ["/foo", [], undefined],
    ["/", [""], ""],
    ["/x/y", [""], ""],
    ["", [""], ""],
    ["/foo/bar/x", ["", "/foo", "/foo/bar"], "/foo/bar"],
    ["/foo/bar/x", ["/foo/bar", "/foo", ""], "/foo/bar"],
    ["/foo/barx", ["/foo/bar", "/foo", ""], "/foo"],
    ["/foobar", ["/foo/bar", "/foo", ""], ""],
    ["/caf\xc3\xa9/x", ["/caf\xc3\xa9"], "/caf\xc3\xa9"],
  ])("%j among %j is %j: the longest that holds it", (path, mounts, mount) => {
    expect(findMount(mounts, path)).toBe(mount);
  });
});

describe("E5 the SCRIPT_NAME of a mount", () => {
  it.each([
    ["/", ""],
    ["/shop", "/shop"],
    ["/shop/admin", "/shop/admin"],
    ["/a.b/.c/...", "/a.b/.c/..."],
    ["/caf\xe9", "/caf\xc3\xa9"],
    ["/\u2603", "/\xe2\x98\x83"],
  ])("%s is %j", (path, scriptName) => {
    expect(byScriptName({ [path]: app })).toEqual({ [scriptName]: app });
  });

  it("each mount keeps its own", () => {
    const shop: Mount = { place: "edge", app: "shop.ts", environ: { "site.name": "shop" } };
    expect(byScriptName({ "/": app, "/shop": shop })).toEqual({ "": app, "/shop": shop });
  });

  it.each([
    "",
    "shop",
    "/shop/",
    "//",
    "/a//b",
    "//a",
    "shop/a",
    "https://host/shop",
    "/a/../b",
    "/./a",
    "/a/..",
    "/a\0",
  ])("%j is refused by name, no request has it", (path) => {
    expect(() => byScriptName({ [path]: app })).toThrow(`mount "${path}"`);
  });
});
