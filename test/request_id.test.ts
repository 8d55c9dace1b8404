import { connect } from "node:net";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "./free_port.ts";
import { type Program, runProgram } from "./program.ts";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** Both take the id out of their environ, and try to answer with one of their own. */
const fails = `export function application(environ, start_response) {
  const method = environ.REQUEST_METHOD;
  for (const key of Object.keys(environ)) environ[key] = "forged";
  start_response("200 OK", [["Content-Type", "text/plain"], ["X-Request-Id", "forged"]]);
  if (method !== "GET") return ["fine"];
  throw new Error("thrown after " + method);
}
`;

const cut = `export function* application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  yield "sent";
  throw new Error("thrown behind the head");
}
`;

const site = useSite({
  files: { "njs/apps/fails.js": fails, "backend/apps/pool/fails.js": fails, "backend/apps/pool/cut.js": cut },
});

const ID = /^[0-9a-f]{32}$/;

describe("an error has one id: in its response, the access log and the error log", () => {
  it.each([
    ["/fails", () => site.errorLog()],
    ["/pool/fails", () => site.pool.output()],
  ])("%s", async (path, errorLog) => {
    const { status, headers } = await request(site.socket, path);
    const id = headers["x-request-id"];
    expect({ status, id }).toEqual({ status: 500, id: expect.stringMatching(ID) });
    await until("the error", () => errorLog().includes(`${id} "GET ${path} HTTP/1.1" Error: thrown after GET`));
    const accessLog = () => readFileSync(join(site.folder, ".run/access.log"), "utf8");
    await until("the request", () => new RegExp(`"GET ${path} HTTP/1.1" 500 26 ${id}\n`).test(accessLog()));
  });
});

describe("the pool by its own HTTP", () => {
  let pool: Program;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const log = join(site.folder, ".run/http.log");
    const args = [
      "serve",
      "--name",
      `${basename(site.folder)}-http`,
      "--root",
      "backend/apps",
      "--protocol",
      "http",
      "--bind",
      `127.0.0.1:${port}`,
      "--workers",
      "1",
    ];
    pool = runProgram(process.execPath, [join(PROJECT, "backend/main.ts"), ...args], { cwd: site.folder, log });
    await pool.printed("njsgi: ready");
  });
  afterAll(() => pool?.stop());

  const ask = (method: string) =>
    fetch(`http://127.0.0.1:${port}/pool/fails`, { method, headers: { "X-Request-ID": "forged" } });

  it("gives an error its id, in the response and the log", async () => {
    const { status, headers } = await ask("GET");
    const id = headers.get("X-Request-ID");
    expect({ status, id }).toEqual({ status: 500, id: expect.stringMatching(ID) });
    await until("the error", () => pool.output().includes(`${id} "GET /pool/fails HTTP/1.1" Error: thrown after GET`));
  });

  it("gives every response an id of its own, and no other", async () => {
    const ids = [await ask("POST"), await ask("POST")].map(({ headers }) => headers.get("X-Request-ID"));
    expect(ids).toEqual([expect.stringMatching(ID), expect.stringMatching(ID)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each(["1.0", "1.1"])("S18 resets an HTTP/%s connection at an error behind the head", async (version) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(`GET /pool/cut HTTP/${version}\r\nHost: x\r\n\r\n`));
    const ended = new Promise((resolve) => socket.on("error", resolve).on("end", () => resolve("looks complete")));
    socket.resume();
    expect(await ended).toMatchObject({ code: "ECONNRESET" });
  });
});
