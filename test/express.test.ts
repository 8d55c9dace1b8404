import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import compression from "compression";
import session from "cookie-session";
import express from "express";
import multer from "multer";
import { afterAll, describe, expect, it } from "vitest";
import { ask, comparable, type Sent, type Side, SIDES, useTwoServers } from "./two_servers.ts";

/** An Express app with the middleware people have, over uwsgi and behind proxy_pass to node:http: the same answers. */

const two = useTwoServers();

const FILE = join(tmpdir(), `njsgi-express-${process.pid}.txt`);
writeFileSync(FILE, "0123456789".repeat(1000));
afterAll(() => rmSync(FILE));

const app = express();
app.set("trust proxy", 1);
app.use("/compressed", compression());
app.use("/session", session({ name: "s", keys: ["a key"] }));
app.get("/file", (_request, response) => response.sendFile(FILE, { lastModified: false }));
app.get("/compressed", (_request, response) => void response.type("text").send("text ".repeat(2000)));
app.get("/compressed/streamed", (_request, response) => {
  response.type("text");
  for (let i = 0; i < 500; i++) response.write(`line ${i}\n`);
  response.end();
});
app.get("/session", (request, response) => {
  const { session: kept } = request as unknown as { session: { count?: number } };
  kept.count = (kept.count ?? 0) + 1;
  response.json(kept);
});
app.post("/json", express.json(), (request, response) => void response.json(request.body));
app.post("/form", express.urlencoded(), (request, response) => void response.json(request.body));
app.post("/upload", multer().array("files"), (request, response) => {
  const { files, body } = request as unknown as { files: { originalname: string; size: number }[]; body: object };
  response.json([files.map(({ originalname, size }) => [originalname, size]), { ...body }]);
});
app.options("/cors", (_request, response) => {
  response.set({ "Access-Control-Allow-Origin": "https://a.test", "Access-Control-Allow-Methods": "PUT" }).status(204);
  response.end();
});
app.get("/cookies", (_request, response) => {
  response.cookie("a", "1", { httpOnly: true }).cookie("b", "2").clearCookie("c").send("set");
});
app.get("/client", ({ ip, ips, protocol, secure, hostname, originalUrl, query, fresh, xhr }, response) => {
  response.json({ ip, ips, protocol, secure, hostname, originalUrl, query, fresh, xhr });
});
app.get("/redirect", (_request, response) => response.redirect("/elsewhere"));
app.get("/throws", async () => {
  throw Object.assign(new Error("thrown on purpose"), { status: 418, expose: true });
});
app.use(
  "/mounted",
  express.Router().get("/in", ({ baseUrl, url }, response) => void response.json({ baseUrl, url })),
);

const BOUNDARY = "----boundary";
const MULTIPART = [
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="field"',
  "",
  "value",
  `--${BOUNDARY}`,
  'Content-Disposition: form-data; name="files"; filename="a.bin"',
  "Content-Type: application/octet-stream",
  "",
  "x".repeat(2_000_000),
  `--${BOUNDARY}--`,
  "",
].join("\r\n");

const post = (path: string, type: string, body: string): Sent => ({
  method: "POST",
  path,
  headers: ["Content-Type", type, "Content-Length", String(Buffer.byteLength(body))],
  body,
});

/** The answers to several requests, each with the cookies of the one before. */
async function keptSession(side: Side): Promise<string[]> {
  const bodies: string[] = [];
  let cookies: string[] = [];
  for (let i = 0; i < 3; i++) {
    const got = await ask(two.ports[side], {
      path: "/session",
      headers: cookies.flatMap((cookie) => ["Cookie", cookie]),
    });
    cookies = got.headers
      .filter((line) => line.startsWith("set-cookie: "))
      .map((line) => line.slice(12).split(";")[0]!);
    bodies.push(got.body);
  }
  return bodies;
}

describe("an Express app", () => {
  it.each<[what: string, sent: Sent, status: number]>([
    ["sends a file", { path: "/file" }, 200],
    ["sends a range", { path: "/file", headers: ["Range", "bytes=10-19"] }, 206],
    ["sends a range that can't be", { path: "/file", headers: ["Range", "bytes=999999-"] }, 416],
    ["sends a file to HEAD", { path: "/file", method: "HEAD" }, 200],
    ["compresses", { path: "/compressed", headers: ["Accept-Encoding", "gzip"] }, 200],
    ["compresses a stream", { path: "/compressed/streamed", headers: ["Accept-Encoding", "gzip"] }, 200],
    ["does not compress", { path: "/compressed" }, 200],
    ["reads JSON", post("/json", "application/json", '{"a":["caf\u00e9"]}'), 200],
    ["refuses JSON that is none", post("/json", "application/json", "{"), 400],
    ["refuses JSON that is too large", post("/json", "application/json", JSON.stringify("x".repeat(300_000))), 413],
    ["reads a form", post("/form", "application/x-www-form-urlencoded", "a=1&b=2&a=3"), 200],
    ["takes an upload", post("/upload", `multipart/form-data; boundary=${BOUNDARY}`, MULTIPART), 200],
    [
      "takes an upload that is cut",
      post("/upload", `multipart/form-data; boundary=${BOUNDARY}`, MULTIPART.slice(0, 100_000)),
      500,
    ],
    [
      "answers a preflight",
      {
        method: "OPTIONS",
        path: "/cors",
        headers: ["Origin", "https://a.test", "Access-Control-Request-Method", "PUT"],
      },
      204,
    ],
    ["answers OPTIONS itself", { method: "OPTIONS", path: "/client" }, 200],
    ["sets cookies", { path: "/cookies" }, 200],
    ["knows its client", { path: "/client?a=1&b[]=2", headers: ["X-Requested-With", "XMLHttpRequest"] }, 200],
    [
      "knows its client, whatever that says",
      { path: "/client", headers: ["X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "https"] },
      200,
    ],
    ["redirects", { path: "/redirect" }, 302],
    ["handles what is thrown", { path: "/throws" }, 418],
    ["has no such page", { path: "/none" }, 404],
    ["has a router", { path: "/mounted/in?x" }, 200],
  ])("%s", async (_what, sent, status) => {
    two.answerWith(app);
    const [uwsgi, proxy] = await Promise.all(SIDES.map(async (side) => comparable(await ask(two.ports[side], sent))));
    expect(uwsgi).toEqual(proxy);
    expect(uwsgi!.status).toBe(status);
  });

  it("answers 304 to a condition that holds", async () => {
    two.answerWith(app);
    const { headers } = await ask(two.ports.uwsgi, { path: "/file" });
    const etag = headers.find((line) => line.startsWith("etag: "))!.slice(6);
    const [uwsgi, proxy] = await Promise.all(
      SIDES.map(async (side) =>
        comparable(await ask(two.ports[side], { path: "/file", headers: ["If-None-Match", etag] })),
      ),
    );
    expect(uwsgi).toEqual(proxy);
    expect(uwsgi!.status).toBe(304);
  });

  it("keeps a session", async () => {
    two.answerWith(app);
    expect(await keptSession("uwsgi")).toEqual(['{"count":1}', '{"count":2}', '{"count":3}']);
  });
});
