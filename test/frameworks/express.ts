import { pipeline } from "node:stream/promises";
import compression from "compression";
import session from "cookie-session";
import cors from "cors";
import express, { Router } from "express";
import multer from "multer";
import { hashStorage } from "./hash_storage.ts";
import { identityOf } from "./identity.ts";
import { endless, failing, gated, hashOf, heard, lines, openGate } from "./streams.ts";

const app = express();
app.set("trust proxy", 1);
app.set("query parser", "extended");
app.use(compression());
app.use(express.json(), express.urlencoded());
app.use("/files", express.static("public"));

const users = Router();
users.get("/:id", ({ baseUrl, url, params }, response) => {
  response.set("X-Mounted", `${baseUrl} ${url}`).json({ id: params.id });
});
users.get("/:id/posts/:post", (request, response) => void response.json(request.params));
users.put("/:id", (request, response) => void response.json({ id: request.params.id, ...request.body }));
users.delete("/:id", (_request, response) => void response.status(204).end());
app.use("/users", users);
app.use(cors({ origin: "https://a.test", credentials: true }));

app.get("/", (_request, response) => void response.type("text").send("home\n"));
app.get("/wild/*rest", (request, response) => void response.json({ rest: request.params.rest.join("/") }));
app.get("/query", ({ originalUrl, query }, response) => void response.json({ url: originalUrl, query }));
app.get("/client", ({ ip, ips, protocol, secure, hostname, xhr, fresh, headers }, response) => {
  const forwardedFor = headers["x-forwarded-for"];
  response.json({ ip, protocol, hostname, forwardedFor, ips, secure, xhr, fresh });
});
app.get("/header", (request, response) => void response.json({ size: request.get("X-Big")?.length }));
app.get("/big-header", (_request, response) => void response.set("X-Big", "b".repeat(8192)).send("big"));
app.get("/private", (request, response) => {
  const identity = identityOf(request.get("Authorization"));
  if (identity) response.json(identity);
  else response.status(401).set("WWW-Authenticate", 'Basic realm="test"').send("who?");
});

app.post("/json", (request, response) => void response.json(request.body));
app.post("/form", (request, response) => void response.json(request.body));
app.post(["/upload", "/streamed/upload"], multer({ storage: hashStorage }).single("file"), (request, response) => {
  const { originalname: name, size, sha256 } = request.file as unknown as Record<string, unknown>;
  response.json({ field: request.body.field, name, size, sha256 });
});
app.post("/streamed/body", async (request, response) => void response.json(await hashOf(request)));

app.get("/download", (_request, response) => response.download("public/digits.txt", "d\u012bgits.txt"));
app.get("/cookies", (_request, response) => {
  response.cookie("a", "1", { httpOnly: true }).cookie("b", "\u00fc").clearCookie("c").send("set");
});
app.get("/session", session({ name: "s", keys: ["a key"] }), (request, response) => {
  const { session: kept } = request as unknown as { session: { count?: number } };
  kept.count = (kept.count ?? 0) + 1;
  response.json({ count: kept.count });
});

app.get("/compressed", (_request, response) => void response.type("text").send("text ".repeat(2000)));
app.get("/compressed/streamed", (_request, response) => {
  response.type("text");
  for (const line of lines()) response.write(line);
  response.end();
});
app.get("/streamed/gated", (_request, response) => pipeline(gated(), response.type("text")));
app.get("/streamed/endless", (_request, response) => pipeline(endless(), response.type("text")));
app.get("/streamed/failing", (_request, response) => pipeline(failing(), response.type("text")));
app.post("/gate", (_request, response) => {
  openGate();
  response.status(204).end();
});
app.get("/heard", (_request, response) => void response.json(heard));

app.get("/redirect", (_request, response) => response.redirect("/elsewhere"));
app.get("/redirect/absolute", (_request, response) => response.redirect(301, "https://elsewhere.test/a?b=%C3%A9"));
app.get("/throws", () => {
  throw new Error("thrown on purpose");
});
app.get("/rejects", async () => {
  throw new Error("rejected on purpose");
});
app.get("/teapot", () => {
  throw Object.assign(new Error("short and stout"), { status: 418, headers: { "Retry-After": "60" } });
});

app.listen(process.env.PORT);
