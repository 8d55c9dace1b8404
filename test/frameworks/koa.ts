import { resolve } from "node:path";
import { Readable } from "node:stream";
import { bodyParser } from "@koa/bodyparser";
import cors from "@koa/cors";
import multer from "@koa/multer";
import { Router } from "@koa/router";
import { send } from "@koa/send";
import Koa from "koa";
import compress from "koa-compress";
import { hashStorage } from "./hash_storage.ts";
import { identityOf } from "./identity.ts";
import { endless, failing, gated, hashOf, heard, lines, openGate } from "./streams.ts";

const app = new Koa({ proxy: true, maxIpsCount: 1, keys: ["a key"] });
app.use(compress());
app.use(cors({ origin: "https://a.test", credentials: true }));
app.use(bodyParser());

const users = new Router({ prefix: "/users" });
users.get("/:id", (ctx) => void (ctx.body = { id: ctx.params.id }));
users.get("/:id/posts/:post", (ctx) => void (ctx.body = ctx.params));
users.put("/:id", (ctx) => void (ctx.body = { id: ctx.params.id, ...(ctx.request.body as object) }));
users.delete("/:id", (ctx) => void (ctx.status = 204));

const router = new Router();
router.get("/", (ctx) => void (ctx.body = "home\n"));
router.get("/wild/*rest", (ctx) => void (ctx.body = { rest: ctx.params.rest }));
router.get("/query", (ctx) => void (ctx.body = { url: ctx.url, query: ctx.query }));
router.get("/client", (ctx) => {
  const { ip, ips, protocol, hostname, secure, fresh, origin } = ctx;
  ctx.body = { ip, protocol, hostname, forwardedFor: ctx.get("X-Forwarded-For"), ips, secure, fresh, origin };
});
router.get("/header", (ctx) => void (ctx.body = { size: ctx.get("X-Big").length }));
router.get("/big-header", (ctx) => {
  ctx.set("X-Big", "b".repeat(8192));
  ctx.body = "big";
});
router.get("/private", (ctx) => {
  const identity = identityOf(ctx.get("Authorization"));
  if (!identity) ctx.throw(401, "who?", { headers: { "WWW-Authenticate": 'Basic realm="test"' } });
  ctx.body = identity;
});

router.post("/json", (ctx) => void (ctx.body = ctx.request.body));
router.post("/form", (ctx) => void (ctx.body = ctx.request.body));
router.post(
  ["/upload", "/streamed/upload"],
  multer({ storage: hashStorage as unknown as multer.StorageEngine }).single("file"),
  (ctx) => {
    const { originalname: name, size, sha256 } = ctx.file as unknown as Record<string, unknown>;
    ctx.body = { field: (ctx.request.body as { field: string }).field, name, size, sha256 };
  },
);
router.post("/streamed/body", async (ctx) => void (ctx.body = await hashOf(ctx.req)));

router.get("/files/*path", async (ctx) => {
  await send(ctx, ctx.params.path!, { root: resolve("public") });
  if (!ctx.body) return;
  ctx.status = 200;
  ctx.etag = `${ctx.length}-${ctx.lastModified.getTime()}`;
  if (ctx.fresh) ctx.status = 304;
});
router.get("/download", async (ctx) => {
  ctx.attachment("d\u012bgits.txt");
  await send(ctx, "digits.txt", { root: resolve("public") });
});
router.get("/cookies", (ctx) => {
  ctx.cookies.set("a", "1", { signed: false });
  ctx.cookies.set("b", encodeURIComponent("\u00fc"), { signed: false, httpOnly: false });
  ctx.cookies.set("c", null, { signed: false });
  ctx.body = "set";
});
router.get("/session", (ctx) => {
  const count = Number(ctx.cookies.get("s", { signed: true }) ?? 0) + 1;
  ctx.cookies.set("s", String(count), { signed: true });
  ctx.body = { count };
});

router.get("/compressed", (ctx) => void (ctx.body = "text ".repeat(2000)));
const stream = (from: Iterable<string> | AsyncIterable<string>) => (ctx: Koa.Context) => {
  ctx.type = "text";
  ctx.body = Readable.from(from);
};
router.get("/compressed/streamed", (ctx) => stream(lines())(ctx));
router.get("/streamed/gated", (ctx) => stream(gated())(ctx));
router.get("/streamed/endless", (ctx) => stream(endless())(ctx));
router.get("/streamed/failing", (ctx) => stream(failing())(ctx));
router.post("/gate", (ctx) => {
  openGate();
  ctx.status = 204;
});
router.get("/heard", (ctx) => void (ctx.body = heard));

router.get("/redirect", (ctx) => ctx.redirect("/elsewhere"));
router.get("/redirect/absolute", (ctx) => {
  ctx.status = 301;
  ctx.redirect("https://elsewhere.test/a?b=%C3%A9");
});
router.get("/throws", () => {
  throw new Error("thrown on purpose");
});
router.get("/rejects", async () => {
  throw new Error("rejected on purpose");
});
router.get("/teapot", (ctx) => ctx.throw(418, "short and stout", { headers: { "Retry-After": "60" } }));

app.use(users.routes()).use(users.allowedMethods());
app.use(router.routes()).use(router.allowedMethods());

export default app;
if (import.meta.main) app.listen(process.env.PORT);
