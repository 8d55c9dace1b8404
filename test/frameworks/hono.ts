import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { serve } from "@hono/node-server";
import { serveStatic } from "@hono/node-server/serve-static";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { deleteCookie, getSignedCookie, setCookie, setSignedCookie } from "hono/cookie";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { HTTPException } from "hono/http-exception";
import { stream, streamText } from "hono/streaming";
import { identityOf } from "./identity.ts";
import { endless, failing, gated, hashOf, heard, lines, openGate } from "./streams.ts";

const app = new Hono();
app.use(compress());
app.use(cors({ origin: "https://a.test", credentials: true }));
app.use("/files/*", etag(), serveStatic({ root: "public", rewriteRequestPath: (path) => path.slice("/files".length) }));

const users = new Hono();
users.get("/:id", (c) => c.json({ id: c.req.param("id") }));
users.get("/:id/posts/:post", (c) => c.json({ id: c.req.param("id"), post: c.req.param("post") }));
users.put("/:id", async (c) => c.json({ id: c.req.param("id"), ...(await c.req.json()) }));
users.delete("/:id", (c) => c.body(null, 204));
app.route("/users", users);

app.get("/", (c) => c.text("home\n"));
app.get("/wild/:rest{.+}", (c) => c.json({ rest: c.req.param("rest") }));
app.get("/query", (c) => c.json({ url: c.req.url, query: c.req.queries() }));
app.get("/client", (c) => {
  const forwardedFor = c.req.header("X-Forwarded-For");
  const protocol = c.req.header("X-Forwarded-Proto");
  return c.json({
    ip: forwardedFor?.split(", ").at(-1),
    protocol,
    hostname: new URL(c.req.url).hostname,
    forwardedFor,
  });
});
app.get("/header", (c) => c.json({ size: c.req.header("X-Big")?.length }));
app.get("/big-header", (c) => c.text("big", 200, { "X-Big": "b".repeat(8192) }));
app.get("/private", (c) => {
  const identity = identityOf(c.req.header("Authorization"));
  return identity ? c.json(identity) : c.text("who?", 401, { "WWW-Authenticate": 'Basic realm="test"' });
});

app.post("/json", bodyLimit({ maxSize: 100_000 }), async (c) => {
  try {
    return c.json(await c.req.json());
  } catch (error) {
    if (error instanceof SyntaxError) throw new HTTPException(400, { message: error.message });
    throw error;
  }
});
app.post("/form", async (c) => c.json(await c.req.parseBody({ all: true })));
app.on("POST", ["/upload", "/streamed/upload"], async (c) => {
  const { field, file } = await c.req.parseBody();
  if (!(file instanceof File)) throw new HTTPException(400, { message: "no file" });
  return c.json({ field, name: file.name, ...(await hashOf(file.stream())) });
});
app.post("/streamed/body", async (c) => c.json(await hashOf(c.req.raw.body!)));

app.get("/download", async (c) => {
  c.header("Content-Type", "text/plain");
  c.header("Content-Disposition", "attachment; filename*=UTF-8''d%C4%ABgits.txt");
  c.header("Content-Length", String((await stat("public/digits.txt")).size));
  return c.body(Readable.toWeb(createReadStream("public/digits.txt")) as ReadableStream<Uint8Array>);
});
app.get("/cookies", (c) => {
  setCookie(c, "a", "1", { httpOnly: true });
  setCookie(c, "b", "\u00fc");
  deleteCookie(c, "c");
  return c.text("set");
});
app.get("/session", async (c) => {
  const count = Number((await getSignedCookie(c, "a key", "s")) || 0) + 1;
  await setSignedCookie(c, "s", String(count), "a key");
  return c.json({ count });
});

app.get("/compressed", (c) => c.text("text ".repeat(2000)));
app.get("/compressed/streamed", (c) => {
  c.header("Content-Type", "text/plain");
  return stream(c, async (body) => {
    for (const line of lines()) await body.write(line);
  });
});
app.get("/streamed/gated", (c) =>
  streamText(c, async (body) => {
    for await (const part of gated()) await body.write(part);
  }),
);
app.get("/streamed/endless", (c) =>
  stream(c, async (body) => {
    const parts = endless();
    body.onAbort(() => void parts.return(undefined));
    for await (const part of parts) await body.write(part);
  }),
);
app.get("/streamed/failing", (c) => {
  c.header("Content-Type", "text/plain");
  return c.body(ReadableStream.from(failing()).pipeThrough(new TextEncoderStream()) as ReadableStream<Uint8Array>);
});
app.post("/gate", (c) => {
  openGate();
  return c.body(null, 204);
});
app.get("/heard", (c) => c.json(heard));

app.get("/redirect", (c) => c.redirect("/elsewhere"));
app.get("/redirect/absolute", (c) => c.redirect("https://elsewhere.test/a?b=%C3%A9", 301));
app.get("/throws", () => {
  throw new Error("thrown on purpose");
});
app.get("/rejects", async () => {
  throw new Error("rejected on purpose");
});
app.get("/teapot", (c) => {
  throw new HTTPException(418, { res: c.text("short and stout", 418, { "Retry-After": "60" }) });
});

export default app;
if (import.meta.main) serve({ fetch: app.fetch, port: Number(process.env.PORT) });
