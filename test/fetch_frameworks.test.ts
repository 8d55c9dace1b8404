import { get as httpGet, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** Applications of Hono 4 and h3 2, held to the contract by the linter while they run over nginx. */

const hono = `import { Hono } from "${import.meta.resolve("hono")}";
import { cors } from "${import.meta.resolve("hono/cors")}";
import { setCookie } from "${import.meta.resolve("hono/cookie")}";
import { streamSSE } from "${import.meta.resolve("hono/streaming")}";
import { fetchHandler } from "njsgi/pool";
const app = new Hono();
app.use("/hono/cors", cors());
app.get("/hono/json/:id", (c) => c.json({ id: c.req.param("id"), q: c.req.query("q"), address: c.env.REMOTE_ADDR }));
app.get("/hono/cookies", (c) => {
  setCookie(c, "a", "1");
  setCookie(c, "b", "2");
  return c.text("set");
});
app.get("/hono/redirect", (c) => c.redirect("/hono/there"));
app.post("/hono/upload", async (c) => {
  const { file } = await c.req.parseBody();
  return c.text(file.name + " " + file.size);
});
app.get("/hono/later", (c) => {
  c.executionCtx.waitUntil(Promise.reject(new Error("hono's work failed")));
  return c.text("now");
});
app.get("/hono/broken", () => { throw new Error("hono's handler is broken"); });
app.get("/hono/events", (c) => streamSSE(c, async (stream) => {
  stream.onAbort(() => c.env["wsgi.errors"].write("hono's events were aborted"));
  for (let n = 0; !stream.aborted; n++) {
    await stream.writeSSE({ data: "tick " + n });
    await stream.sleep(50);
  }
}));
export const application = fetchHandler(app);`;

const h3 = `import { H3, readBody, redirect, setCookie } from "${import.meta.resolve("h3")}";
import { fetchHandler } from "njsgi/pool";
const app = new H3();
app.get("/h3/json/:id", (event) => ({ id: event.context.params.id, q: event.url.searchParams.get("q") }));
app.get("/h3/cookies", (event) => {
  setCookie(event, "a", "1");
  setCookie(event, "b", "2");
  return "set";
});
app.get("/h3/redirect", () => redirect("/h3/there"));
app.post("/h3/json", async (event) => ({ got: await readBody(event) }));
export const application = fetchHandler(app);`;

const site = useSite({
  files: {
    "backend/apps/hono.ts": hono,
    "backend/apps/h3.ts": h3,
    "njs/routes.ts": `export const mounts = {
      "/hono": { place: "pool", app: "hono.ts" }, "/h3": { place: "pool", app: "h3.ts" },
    };`,
  },
  serve: ["--root", "backend/apps", "--lint"],
});

describe.each(["hono", "h3"])("%s", (name) => {
  it("routes, with parameters and a query", async () => {
    const { status, text, headers } = await request(site.socket, `/${name}/json/a%2Fb?q=%C3%A9`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ id: name === "hono" ? "a/b" : expect.any(String), q: "\u00e9" });
    expect(headers["content-length"]).toBe(String(Buffer.byteLength(text)));
  });

  it("sets two cookies", async () => {
    const { headers } = await request(site.socket, `/${name}/cookies`);
    expect(headers["set-cookie"]).toEqual([expect.stringMatching(/^a=1/), expect.stringMatching(/^b=2/)]);
  });

  it("redirects", async () => {
    const { status, headers } = await request(site.socket, `/${name}/redirect`);
    expect({ status, location: headers.location }).toEqual({ status: 302, location: `/${name}/there` });
  });

  it("has a 404 of its own, and answers HEAD", async () => {
    expect((await request(site.socket, `/${name}/none`)).status).toBe(404);
    expect(await request(site.socket, `/${name}/cookies`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });
});

it("h3 reads JSON", async () => {
  const headers = { "Content-Type": "application/json" };
  const { text } = await request(site.socket, "/h3/json", { method: "POST", headers, body: '{"a":1}' });
  expect(JSON.parse(text)).toEqual({ got: { a: 1 } });
});

describe("hono", () => {
  it("takes a file of a form", async () => {
    const form = new FormData();
    form.set("file", new File(["x".repeat(300_000)], "big.txt"));
    const upload = new Response(form);
    const headers = { "Content-Type": upload.headers.get("content-type")! };
    const body = await upload.bytes();
    expect((await request(site.socket, "/hono/upload", { method: "POST", headers, body })).text).toBe("big.txt 300000");
  });

  it("answers a CORS preflight", async () => {
    const headers = { Origin: "http://other.test", "Access-Control-Request-Method": "PUT" };
    const answer = await request(site.socket, "/hono/cors", { method: "OPTIONS", headers });
    expect(answer).toMatchObject({ status: 204, headers: { "access-control-allow-origin": "*" } });
  });

  it("has executionCtx.waitUntil, and its own 500", async () => {
    expect((await request(site.socket, "/hono/later")).text).toBe("now");
    await until("the log", () => site.pool.output().includes("waitUntil: Error: hono's work failed"));
    expect((await request(site.socket, "/hono/broken")).status).toBe(500);
    await until("hono's log", () => site.pool.output().includes("hono's handler is broken"));
  });

  it("streams events until its client goes", async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { socketPath: site.socket, path: "/hono/events", headers: { Host: "x" }, agent: false as const };
      httpGet(options, resolve).on("error", reject);
    });
    let text = "";
    response.on("data", (chunk) => (text += String(chunk)));
    await until("events", () => text.includes("data: tick 2\n\n"));
    response.destroy();
    await until("onAbort", () => site.pool.output().includes("hono's events were aborted"), 1);
  });
});
