import { describe, expect, it } from "vitest";
import { readTable } from "../../njs/build/table.ts";
import type { Mounts } from "../../njs/wsgi/mount.ts";
import { tempFolder } from "./temp_folder.ts";

const EDGE = "njs/apps";
const POOL = "backend/apps";

function site(files: string[], mounts?: Mounts): string {
  return tempFolder({
    ...Object.fromEntries(files.map((file) => [file, ""])),
    ...(mounts && { "njs/routes.ts": `export const mounts: { [path: string]: object } = ${JSON.stringify(mounts)};` }),
  });
}

const edge = (app: string) => ({ place: "edge" as const, app });
const pool = (app: string) => ({ place: "pool" as const, app });

/** The table of a site that has one, as plain data. */
async function table(files: string[], mounts?: Mounts) {
  const read = await readTable(site(files, mounts));
  return { files: Object.fromEntries(read.files), mounts: read.mounts };
}

describe("a site's table", () => {
  it("is empty for an empty folder", async () => {
    expect(await table([])).toEqual({ files: {}, mounts: {} });
  });

  it("has the edge's files, and not the pool's, which is free to find new ones", async () => {
    expect(await table([`${EDGE}/a.ts`, `${EDGE}/sub/index.ts`, `${POOL}/b.ts`])).toEqual({
      files: { "/a": "a.ts", "/sub": "sub/index.ts", "/sub/": "sub/index.ts" },
      mounts: {},
    });
  });

  it("has the mounts of both places by SCRIPT_NAME, with their environ", async () => {
    const shop = { ...edge("apps/shop.ts"), environ: { "site.name": "shop" } };
    expect(
      await table([`${EDGE}/apps/shop.ts`, `${POOL}/all.ts`], {
        "/": pool("all.ts"),
        "/shop": shop,
        "/\u2603": pool("all.ts"),
      }),
    ).toEqual({
      files: { "/apps/shop": "apps/shop.ts" },
      mounts: { "": pool("all.ts"), "/shop": shop, "/\xe2\x98\x83": pool("all.ts") },
    });
  });

  it("has edge files below a mount: a file's own path goes first", async () => {
    const { files } = await table([`${EDGE}/shop/cart.ts`, `${POOL}/shop.ts`], { "/shop": pool("shop.ts") });
    expect(files).toEqual({ "/shop/cart": "shop/cart.ts" });
  });
});

describe("E12 a file that is mounted on its own path is the mount's, whose environ it has", () => {
  it.each([
    ["/hello", "hello.ts"],
    ["/sub", "sub/index.ts"],
    ["/", "index.ts"],
    ["/caf\xe9", "caf\xe9.ts"],
  ])("%s on the edge's %s", async (path, app) => {
    expect((await table([`${EDGE}/${app}`], { [path]: edge(app) })).files).toEqual({});
  });

  it.each([
    ["/hello", "hello.ts"],
    ["/sub", "sub/index.ts"],
    ["/", "index.ts"],
    ["/caf\xe9", "caf\xe9.ts"],
  ])("%s on the pool's %s", async (path, app) => {
    expect((await table([`${POOL}/${app}`], { [path]: pool(app) })).files).toEqual({});
  });
});

describe("a site is refused, with the files named,", () => {
  it.each([
    ["two edge files for one path", [`${EDGE}/a.ts`, `${EDGE}/a.js`]],
    ["two pool files for one path", [`${POOL}/a.ts`, `${POOL}/a/index.ts`]],
    ["one path in both places", [`${EDGE}/a.ts`, `${POOL}/a.ts`]],
    ["one path in both places, in other words", [`${EDGE}/a/index.mjs`, `${POOL}/a.js`]],
  ])("for %s", async (_, files) => {
    const folder = site(files);
    for (const file of files) await expect(readTable(folder)).rejects.toThrow(`${folder}/${file}`);
    await expect(readTable(folder)).rejects.toThrow("both answer /a: rename one");
  });

  it.each([
    ["/shop", edge("shop.ts"), `${EDGE}/shop.ts`],
    ["/shop", pool("shop.ts"), `${POOL}/shop.ts`],
    ["/", pool("sub/shop.ts"), `${POOL}/sub/shop.ts`],
  ])("for a mount %s on a missing file: %j", async (path, mount, file) => {
    const folder = site([`${EDGE}/other.ts`, `${POOL}/other.ts`], { [path]: mount });
    await expect(readTable(folder)).rejects.toThrow(
      `njs/routes.ts: ${path} is mounted on ${folder}/${file}, which does not exist`,
    );
  });

  it.each([
    ["/shop", pool("main.ts"), `${POOL}/shop.ts`, "/shop"],
    ["/shop", pool("main.ts"), `${POOL}/shop/cart.ts`, "/shop/cart"],
    ["/shop", edge("main.ts"), `${POOL}/shop/cart.ts`, "/shop/cart"],
    ["/", pool("main.ts"), `${POOL}/cart.ts`, "/cart"],
    ["/caf\xe9", pool("main.ts"), `${POOL}/caf\xe9/cart.ts`, "/caf\xe9/cart"],
    ["/shop", pool("main.ts"), `${EDGE}/shop.ts`, "/shop"],
    ["/shop", edge("main.ts"), `${EDGE}/shop.ts`, "/shop"],
    ["/caf\xe9", edge("main.ts"), `${EDGE}/caf\xe9.ts`, "/caf\xe9"],
  ])("for a mount %s (%j) that hides %s", async (path, mount, file, hidden) => {
    const main = mount.place === "edge" ? EDGE : POOL;
    const folder = site([`${main}/main.ts`, file], { [path]: mount });
    await expect(readTable(folder)).rejects.toThrow(
      `${folder}/${file} answers ${hidden}, which the mount ${path} takes`,
    );
  });

  it.each(["shop", "/shop/", "/a//b", ""])("for a mount path no request has: %j", async (path) => {
    await expect(readTable(site([`${POOL}/shop.ts`], { [path]: pool("shop.ts") }))).rejects.toThrow(`mount "${path}"`);
  });
});

it("a pool file below an edge file's path is the pool's", async () => {
  expect((await table([`${EDGE}/a.ts`, `${POOL}/a/b.ts`])).files).toEqual({ "/a": "a.ts" });
});

it("a mounted pool file below its own mount is the mount's", async () => {
  expect((await table([`${POOL}/shop/main.ts`], { "/shop": pool("shop/main.ts") })).files).toEqual({});
});
