import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exchange, request } from "./request.ts";
import { writeFile } from "./site.ts";
import { useSite } from "./use_site.ts";

const saying = (words: string) => `
export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["${words} " + environ.SCRIPT_NAME + "|" + environ.PATH_INFO + "|" + environ["njsgi.module"]];
}
`;

const site = useSite({
  files: {
    "njs/apps/index.ts": saying("edge index"),
    "njs/apps/a/index.ts": saying("edge a"),
    "njs/apps/one/two.ts": saying("edge one/two"),
    "njs/apps/one_two.ts": saying("edge one_two"),
    "backend/apps/three/four.ts": saying("pool three/four"),
    "backend/apps/three_four.ts": saying("pool three_four"),
    "njs/apps/my.dotted-name.js": saying("edge dotted"),
    "njs/apps/caf\u00e9.ts": saying("edge caf\u00e9"),
    "njs/apps/cart.ts": saying("edge cart"),
    "backend/apps/b/index.ts": saying("pool b"),
    "backend/apps/script.js": saying("pool js"),
    "backend/apps/module.mjs": saying("pool mjs"),
    "backend/apps/th\u00e9.ts": saying("pool th\u00e9"),
    "backend/apps/.hidden.ts": saying("hidden"),
    "backend/apps/store.ts": saying("pool store"),
    "backend/secret.ts": saying("secret"),
    "njs/routes.ts": `export const mounts = {
      "/shop": { place: "pool", app: "store.ts" },
      "/shop/cart": { place: "edge", app: "cart.ts" },
    };`,
  },
});

async function text(path: string): Promise<string> {
  const answer = await request(site.socket, path);
  return answer.status === 200 ? answer.text : String(answer.status);
}

describe("a file's name is its path", () => {
  it.each([
    ["/", "edge index |/|uwsgi_file_index"],
    ["/a", "edge a /a||uwsgi_file_a_index"],
    ["/a/", "edge a /a|/|uwsgi_file_a_index"],
    ["/my.dotted-name", "edge dotted /my.dotted-name||uwsgi_file_my_dotted-name"],
    ["/b", "pool b /b||uwsgi_file_b_index"],
    ["/b/", "pool b /b|/|uwsgi_file_b_index"],
    ["/script", "pool js /script||uwsgi_file_script"],
    ["/module", "pool mjs /module||uwsgi_file_module"],
    ["/%61", "edge a /a||uwsgi_file_a_index"],
    ["//b/.//", "pool b /b|/|uwsgi_file_b_index"],
    ["/x/../script", "pool js /script||uwsgi_file_script"],
  ])("%s", async (path, expected) => {
    expect(await text(path)).toBe(expected);
  });

  it.each(["/caf%C3%A9", "/th%C3%A9"])("%s, with a name that is no ASCII", async (path) => {
    expect((await request(site.socket, path)).status).toBe(200);
  });

  it.each(["/index", "/a/index", "/a/x", "/b/index", "/script/", "/script/x"])("%s names nothing", async (path) => {
    expect(await text(path)).toBe("404");
  });
});

describe("two files that share a module name are two applications", () => {
  it.each([
    ["/one/two", "edge one/two /one/two||uwsgi_file_one_two"],
    ["/one_two", "edge one_two /one_two||uwsgi_file_one_two"],
    ["/three/four", "pool three/four /three/four||uwsgi_file_three_four"],
    ["/three_four", "pool three_four /three_four||uwsgi_file_three_four"],
  ])("%s", async (path, expected) => {
    expect(await text(path)).toBe(expected);
  });
});

describe("a mount holds its path and all below, the longest wins", () => {
  it.each([
    ["/shop", "pool store /shop||uwsgi_file_store"],
    ["/shop/", "pool store /shop|/|uwsgi_file_store"],
    ["/shop/x/%C3%A9", "pool store /shop|/x/\u00c3\u00a9|uwsgi_file_store"],
    ["/shop/cart", "edge cart /shop/cart||uwsgi_file_cart"],
    ["/shop/cart/1", "edge cart /shop/cart|/1|uwsgi_file_cart"],
    ["/shop/carts", "pool store /shop|/carts|uwsgi_file_store"],
    ["/shops", "404"],
  ])("%s", async (path, expected) => {
    expect(await text(path)).toBe(expected);
  });
});

describe("the pool finds a new file without a restart", () => {
  it("once it is there", async () => {
    expect(await text("/fresh/page")).toBe("404");
    writeFile(join(site.folder, "backend/apps/fresh/page.ts"), saying("pool fresh"));
    expect(await text("/fresh/page")).toBe("pool fresh /fresh/page||uwsgi_file_fresh_page");
  });
});

describe("no source is served, and no path leads out of the roots", () => {
  it.each([
    "/script.js",
    "/module.mjs",
    "/b/index.ts",
    "/store.ts",
    "/njs/apps/index.ts",
    "/backend/apps/script.js",
    "/.hidden",
    "/.hidden.ts",
    "/../secret",
    "/..%2fsecret",
    "/%2e%2e/secret",
    "/b/..%2f..%2fsecret",
    "/b/%2e%2e%2fscript.js",
    "/b%00.ts",
    "/script%00",
    "/script%2ejs",
    "/script\\",
    "/b/index.ts%20",
    "/nginx.conf",
    "/.run/njsgi.sock",
    "/" + "a".repeat(5000),
  ])("%.40s", async (path) => {
    const answer = await exchange(site.socket, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(answer.toString()).toMatch(/^HTTP\/1.1 40[04] /);
    expect(answer.toString()).not.toContain("application");
  });

  it("a symbolic link may lead about in the root, not out of it", async () => {
    const apps = join(site.folder, "backend/apps");
    mkdirSync(join(site.folder, "outside"));
    writeFileSync(join(site.folder, "outside/app.ts"), saying("outside"));
    symlinkSync(join(site.folder, "outside/app.ts"), join(apps, "linked.ts"));
    symlinkSync(join(site.folder, "outside"), join(apps, "folder"));
    symlinkSync(join(apps, "script.js"), join(apps, "inside.js"));
    expect(await text("/linked")).toBe("404");
    expect(await text("/folder/app")).toBe("404");
    expect(await text("/inside")).toBe("pool js /inside||uwsgi_file_script");
  });
});
