import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { serveFile } from "./serve_file.ts";

/** `njsgi serve FILE`, for what people have today: docs/adapters.md. */

/** What the file answers to `/path?query`, over the pool's own HTTP. */
async function answerOf(file: string, text: string): Promise<string> {
  const { program, socket } = serveFile(file, text, "--protocol", "http");
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

it("a listener of node:http runs under --lint, which holds applications of the contract to it", async () => {
  const { program, socket } = serveFile(
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
    const { program } = serveFile("app.mjs", text);
    expect(await program.exited).toBe(4);
    expect(program.output()).toContain(says);
  });
});
