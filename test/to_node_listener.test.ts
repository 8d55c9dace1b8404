import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, request as tlsRequest } from "node:https";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Application, lint } from "njsgi";
import { toNodeListener } from "njsgi/pool";
import { CERTIFICATE } from "./certificate.ts";
import { request } from "./request.ts";

/** An application in a node:http server of one's own. */

let folder: string;
let server: Server;

async function listen(made: Server): Promise<string> {
  server = made;
  const path = join(folder, "x.sock");
  await new Promise<void>((listening) => server.listen(path, listening));
  return path;
}

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "njsgi-"))));
afterEach(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const show: Application = async (environ, start_response) => {
  const body = Buffer.from(await environ["wsgi.input"].read()).toString();
  start_response("201 Made Here", [
    ["Content-Type", "text/plain"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
  ]);
  const { REQUEST_METHOD, PATH_INFO, QUERY_STRING, HTTPS } = environ;
  return [[REQUEST_METHOD, PATH_INFO, QUERY_STRING, environ["wsgi.url_scheme"], HTTPS, body].join(" ")];
};

it("answers by node:http", async () => {
  const path = await listen(createServer(toNodeListener(lint(show))));
  const answer = await request(path, "/a%20b?c", { method: "POST", body: "body" });
  expect(answer).toMatchObject({ status: 201, reason: "Made Here", text: "POST /a b c http  body" });
  expect(answer.headers).toMatchObject({ "set-cookie": ["a=1", "b=2"], "content-length": "22" });
});

it("answers by node:https, and the environ says so", async () => {
  const path = await listen(createTlsServer({ key: CERTIFICATE, cert: CERTIFICATE }, toNodeListener(lint(show))));
  const text = await new Promise<string>((resolve, reject) => {
    const options = { socketPath: path, path: "/x", rejectUnauthorized: false, agent: false as const };
    const client = tlsRequest(options, (response) => {
      void response.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString()));
    });
    client.on("error", reject).end();
  });
  expect(text).toBe("GET /x  https on ");
});

it("beside other routes of that server, whose errors are its own 500s", async () => {
  const listener = toNodeListener(() => {
    throw new Error("thrown by the application");
  });
  const path = await listen(
    createServer((asked, response) => {
      if (asked.url === "/own") response.end("own");
      else listener(asked, response);
    }),
  );
  expect((await request(path, "/own")).text).toBe("own");
  expect(await request(path, "/x")).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
});
