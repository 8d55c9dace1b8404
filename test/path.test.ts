import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** The project as it is shipped: client, nginx, njs, and the application there or in the pool. */
const site = useSite();

describe("the article's two examples", () => {
  it.each(["/hello", "/pool/hello"])("the generator answers %s", async (path) => {
    const answer = await request(site.socket, path);
    expect(answer).toMatchObject({ status: 200, text: "Hello world!\n" });
    expect(answer.headers["content-type"]).toBe("text/plain");
  });

  it.each([
    ["/app", "uwsgi_file_app\n"],
    ["/pool/app", "uwsgi_file_pool_app\n"],
  ])("class App answers %s and knows its module", async (path, text) => {
    expect(await request(site.socket, path)).toMatchObject({ status: 200, text });
  });

  it.each(["hello.ts", "app.ts", "environ.ts"])("%s is the same file in both places", (name) => {
    const read = (folder: string) => readFileSync(join(PROJECT, folder, name), "utf8");
    expect(read("backend/apps/pool")).toBe(read("njs/apps"));
  });

  it.each(["/app", "/pool/app"])("%s answers POST with 405 and what it allows", async (path) => {
    const answer = await request(site.socket, path, { method: "POST" });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe("GET, HEAD, OPTIONS");
  });
});

describe("an unknown path", () => {
  it.each(["/nothing", "/hello/", "/hello/more", "/pool", "/pool/", "/pool/nothing", "/"])(
    "%s is a 404",
    async (path) => {
      expect((await request(site.socket, path)).status).toBe(404);
    },
  );
});

describe("the request's id", () => {
  it.each(["/environ", "/pool/environ"])("is one in the environ, the response and the access log: %s", async (path) => {
    const { text, headers } = await request(site.socket, path);
    const { REQUEST_ID } = JSON.parse(text);
    expect(REQUEST_ID).toMatch(/^[0-9a-f]{32}$/);
    expect(headers["x-request-id"]).toBe(REQUEST_ID);
    const log = join(site.folder, ".run/access.log");
    await until("the id in the access log", () => readFileSync(log, "utf8").includes(REQUEST_ID));
  });
});
