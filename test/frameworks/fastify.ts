import { resolve } from "node:path";
import { Readable } from "node:stream";
import compress from "@fastify/compress";
import cookie from "@fastify/cookie";
import cors from "@fastify/cors";
import formbody from "@fastify/formbody";
import multipart from "@fastify/multipart";
import files from "@fastify/static";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { identityOf } from "./identity.ts";
import { endless, failing, gated, hashOf, heard, lines, openGate } from "./streams.ts";

const app = fastify({ trustProxy: (_address, hop) => hop === 0 });
await app.register(compress);
await app.register(cors, { origin: "https://a.test", credentials: true, methods: ["GET", "POST", "PUT", "DELETE"] });
await app.register(cookie, { secret: "a key" });
await app.register(formbody);
await app.register(multipart, { limits: { fileSize: 1e9 } });
await app.register(files, { root: resolve("public"), prefix: "/files/" });
app.addContentTypeParser("application/octet-stream", (_request, payload, done) => done(null, payload));

async function users(scope: FastifyInstance): Promise<void> {
  scope.get<{ Params: { id: string } }>("/:id", async ({ params }) => ({ id: params.id }));
  scope.get("/:id/posts/:post", async ({ params }) => params);
  scope.put<{ Params: { id: string } }>("/:id", async ({ params, body }) => ({ id: params.id, ...(body as object) }));
  scope.delete("/:id", async (_request, reply) => reply.code(204).send());
}
await app.register(users, { prefix: "/users" });

app.get("/", async () => "home\n");
app.get<{ Params: { "*": string } }>("/wild/*", async ({ params }) => ({ rest: params["*"] }));
app.get("/query", async ({ url, query }) => ({ url, query }));
app.get("/client", async ({ ip, ips, protocol, hostname, host, headers }) => {
  return { ip, protocol, hostname, forwardedFor: headers["x-forwarded-for"], ips, host };
});
app.get("/header", async ({ headers }) => ({ size: headers["x-big"]?.length }));
app.get("/big-header", async (_request, reply) => reply.header("X-Big", "b".repeat(8192)).send("big"));
app.get("/private", async ({ headers }, reply) => {
  const identity = identityOf(headers.authorization);
  return identity ?? reply.code(401).header("WWW-Authenticate", 'Basic realm="test"').send("who?");
});

app.post("/json", async ({ body }) => body);
app.post("/form", async ({ body }) => body);
async function upload(request: FastifyRequest): Promise<object> {
  const part = (await request.file())!;
  const { size, sha256 } = await hashOf(part.file);
  return { field: (part.fields.field as { value?: unknown }).value, name: part.filename, size, sha256 };
}
app.post("/upload", upload);
app.post("/streamed/upload", upload);
app.post<{ Body: Readable }>("/streamed/body", async ({ body }) => hashOf(body));

app.get("/download", async (_request, reply) => {
  reply.header("Content-Disposition", "attachment; filename*=UTF-8''d%C4%ABgits.txt");
  return reply.sendFile("digits.txt");
});
app.get("/cookies", async (_request, reply) => {
  return reply.setCookie("a", "1", { httpOnly: true }).setCookie("b", "\u00fc").clearCookie("c").send("set");
});
app.get("/session", async (request, reply) => {
  const kept = request.unsignCookie(request.cookies.s ?? "");
  const count = (kept.valid ? Number(kept.value) : 0) + 1;
  reply.setCookie("s", String(count), { signed: true });
  return { count };
});

app.get("/compressed", async (_request, reply) => reply.type("text/plain").send("text ".repeat(2000)));
const stream = (reply: FastifyReply, from: Iterable<string> | AsyncIterable<string>) =>
  reply.type("text/plain").send(Readable.from(from));
app.get("/compressed/streamed", async (_request, reply) => stream(reply, lines()));
app.get("/streamed/gated", async (_request, reply) => stream(reply, gated()));
app.get("/streamed/endless", async (_request, reply) => stream(reply, endless()));
app.get("/streamed/failing", async (_request, reply) => stream(reply, failing()));
app.post("/gate", async (_request, reply) => {
  openGate();
  return reply.code(204).send();
});
app.get("/heard", async () => heard);

app.get("/redirect", async (_request, reply) => reply.redirect("/elsewhere"));
app.get("/redirect/absolute", async (_request, reply) => reply.redirect("https://elsewhere.test/a?b=%C3%A9", 301));
app.get("/throws", () => {
  throw new Error("thrown on purpose");
});
app.get("/rejects", async () => {
  throw new Error("rejected on purpose");
});
app.get("/teapot", async (_request, reply) => {
  reply.header("Retry-After", "60");
  throw Object.assign(new Error("short and stout"), { statusCode: 418 });
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
