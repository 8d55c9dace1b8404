import { existsSync, symlinkSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runProgram } from "./program.ts";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { tempFolder } from "./unit/temp_folder.ts";
import { onTestFailed, onTestFinished } from "vitest";

/** `njsgi serve FILE`, for what people have today: docs/adapters.md. */

async function serve(file: string, text: string, ...args: string[]) {
  const folder = tempFolder({ [file.split(":")[0]!]: text });
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), "{}");
  const command = [join(PROJECT, "backend/njsgi.js"), "serve", file, "--bind", "unix:x.sock", "--workers", "1"];
  const program = runProgram(process.execPath, [...command, ...args], {
    cwd: folder,
    log: join(folder, "log"),
    env: { NJSGI_USER: process.getuid!() === 0 ? "root" : "" }, // a folder of its own alone
  });
  onTestFailed(() => console.log(program.output()));
  onTestFinished(() => program.stop());
  return { program, socket: join(folder, "x.sock") };
}

/** What the file answers to `/path?query`, over the pool's own HTTP. */
async function answerOf(file: string, text: string): Promise<string> {
  const { program, socket } = await serve(file, text, "--protocol", "http");
  await program.printed("njsgi: ready");
  const answer = await request(socket, "/path?query", {
    method: "POST",
    body: "body",
    headers: { "Content-Type": "text/plain" },
  });
  expect(answer.status).toBe(200);
  return answer.text;
}

const BODY = `let body = ""; for await (const chunk of request) body += chunk;`;

describe("njsgi serve recognises", () => {
  it.each<[what: string, file: string, text: string]>([
    [
      "an application",
      "app.mjs",
      `export async function application(environ, start_response) {
        const body = Buffer.from(await environ["wsgi.input"].read());
        start_response("200 OK", []);
        return [environ.PATH_INFO, "?", environ.QUERY_STRING, " ", body];
      }
      export default { fetch: () => new Response("not this one") };`,
    ],
    [
      "a default export with fetch",
      "app.mjs",
      `export default {
        async fetch(request) { return new Response(request.url.replace(/^\\w+:..[^/]*/, "") + " " + await request.text()); },
      };`,
    ],
    [
      "Hono's app",
      "app.mjs",
      `import { Hono } from "hono";
      const app = new Hono();
      app.post("/path", async (c) => c.text("/path?" + Object.keys(c.req.query())[0] + " " + await c.req.text()));
      export default app;`,
    ],
    [
      "an Express app",
      "app.mjs",
      `import express from "express";
      const app = express();
      app.post("/path", express.text({ type: "*/*" }), (request, response) => response.send(request.url + " " + request.body));
      export default app;`,
    ],
    [
      "an Express app of CommonJS",
      "app.js",
      `const express = require("express");
      const app = express();
      app.post("/path", express.text({ type: "*/*" }), (request, response) => response.send(request.url + " " + request.body));
      module.exports = app;`,
    ],
    [
      "a Koa app",
      "app.mjs",
      `import Koa from "koa";
      const app = new Koa();
      app.use(async (context) => { const request = context.req; ${BODY} context.body = context.url + " " + body; });
      export default app;`,
    ],
    [
      "a Fastify app",
      "app.mjs",
      `import Fastify from "fastify";
      const app = Fastify();
      app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
      app.post("/path", async (request) => request.url + " " + request.body);
      export default app;`,
    ],
    [
      "an http.Server",
      "app.mjs",
      `import { createServer } from "node:http";
      export default createServer(async (request, response) => { ${BODY} response.end(request.url + " " + body); });`,
    ],
    [
      "an export by name",
      "app.mjs:web",
      `import express from "express";
      export const web = express().use(express.text({ type: "*/*" }), (request, response) => response.end(request.url + " " + request.body));`,
    ],
    [
      "a program that calls listen()",
      "server.js",
      `require("node:http").createServer(async (request, response) => { ${BODY} response.end(request.url + " " + body); }).listen(3000);`,
    ],
    [
      "one with a server of node:https, whose TLS is nginx's",
      "server.js",
      `require("node:https").createServer({}, async (request, response) => { ${BODY} response.end(request.url + " " + body); }).listen(443);`,
    ],
    [
      "one that waits at its top level until it listens, as Fastify's and Nest's do",
      "server.mjs",
      `import Fastify from "fastify";
      const app = Fastify();
      app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
      app.post("/path", async (request) => request.url + " " + request.body);
      console.log(await app.listen({ port: 3000 }));`,
    ],
    [
      "one that does so later",
      "server.mjs",
      `import express from "express";
      const app = express().use(express.text({ type: "*/*" }), (request, response) => response.end(request.url + " " + request.body));
      setTimeout(() => app.listen(3000), 300);`,
    ],
  ])("%s", async (_what, file, text) => {
    expect(await answerOf(file, text)).toBe("/path?query body");
  });
});

describe("a program that calls listen()", () => {
  it("gets its listening event, its callback and an address, and close() once its requests are answered", async () => {
    const { program, socket } = await serve(
      "server.mjs",
      `import { createServer } from "node:http";
      const server = createServer((request, response) => {
        response.write("first ");
        setTimeout(() => response.end("last"), 500);
      });
      server.on("listening", () => console.log("event", server.listening, server.address()));
      console.log("returns itself", server.listen(0, "127.0.0.1", () => console.log("callback")) === server);
      process.on("SIGTERM", () => server.close(() => { console.log("closed"); process.exit(0); }));`,
      "--protocol",
      "http",
    );
    await program.printed("njsgi: ready");
    const answer = new Promise<string>((resolve, reject) => {
      const outgoing = httpRequest({ socketPath: socket, path: "/", agent: false }, (incoming) => {
        incoming.once("data", () => program.kill("SIGTERM"));
        incoming.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject);
      });
      outgoing.on("error", reject).end();
    });
    expect(await answer).toBe("first last");
    expect(await program.exited).toBe(0);
    const lines = ["returns itself true", "event true ", "callback", "closed"];
    const found = lines.map((line) => program.output().indexOf(line));
    expect(found).not.toContain(-1);
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    expect(program.output()).toContain(`event true ${socket}`);
  });

  it.each([
    ["process.exit()", "setTimeout(() => { console.log('has left its database'); process.exit(0); }, 500)"],
    ["having nothing left to do", "setTimeout(() => console.log('has left its database'), 500)"],
  ])("that closes its server ends by itself, by %s", async (_what, last) => {
    const { program } = await serve(
      "server.mjs",
      `import { createServer } from "node:http";
      const servers = [createServer().listen(1), createServer().listen(2)];
      process.on("SIGTERM", () => servers[0].close(() => servers[1].close(() => ${last})));`,
    );
    await program.printed("njsgi: ready");
    program.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain("has left its database");
    expect(program.output()).not.toContain("process.exit");
    expect(program.output()).not.toContain("killed");
  });

  it("was told that it listens where it waits for that, though the file exports its app", async () => {
    const { program, socket } = await serve(
      "app.mjs",
      `import Fastify from "fastify";
      const app = Fastify();
      app.get("/", async () => "the pool's");
      export default app;
      await app.listen({ path: "own.sock" });`,
      "--protocol",
      "http",
    );
    await program.printed("njsgi: ready");
    expect((await request(socket, "/")).text).toBe("the pool's");
    expect(existsSync(join(socket, "../own.sock"))).toBe(false);
  });

  it("listens itself where the file exports an application", async () => {
    const { program, socket } = await serve(
      "app.mjs",
      `import { createServer } from "node:http";
      createServer((request, response) => response.end("its own")).listen("own.sock");
      export function application(environ, start_response) { start_response("200 OK", []); return ["the pool's"]; }`,
      "--protocol",
      "http",
    );
    await program.printed("njsgi: ready");
    expect((await request(socket, "/")).text).toBe("the pool's");
    expect((await request(join(socket, "../own.sock"), "/")).text).toBe("its own");
  });
});

it("a listener of node:http runs under --lint, which holds applications of the contract to it", async () => {
  const { program, socket } = await serve(
    "app.mjs",
    `import express from "express";
    export default express().get("/", (request, response) => response.send("fine"));`,
    "--protocol",
    "http",
    "--lint",
  );
  await program.printed("njsgi: ready");
  expect(await request(socket, "/")).toMatchObject({ status: 200, text: "fine" });
  await request(socket, "/");
  expect(program.output()).toMatch(/^njsgi: ready.*\n$/); // and no broken rule
});

describe("what it can't know is refused with exit code 4, and a sentence", () => {
  it.each([
    ["export default function (a, b) {}", "has a bare function as its default export, which may be anything: export"],
    ["export default () => {};", "`application = nodeListener(listener)`"],
    ["export const other = 1;", "exports other, want a function `application`"],
    ["export default { a: 1 };", "exports default, want a function `application`"],
  ])("%s", async (text, says) => {
    const { program } = await serve("app.mjs", text);
    expect(await program.exited).toBe(4);
    expect(program.output()).toContain(says);
  });
});
