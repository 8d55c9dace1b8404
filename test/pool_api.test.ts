import { createReadStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Application, WsgiAServer } from "njsgi";
import { type PoolServer, serve } from "njsgi/pool";
import { get, packet } from "./packet.ts";
import { exchange, request } from "./request.ts";

/** `import { serve } from "njsgi/pool"`: a pool of one in the calling process, by the package's own names. */

const hello: Application = (_environ, start_response) => {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["Hello world!\n"];
};

class App extends WsgiAServer {
  override get: Application = hello;
}

let folder: string;
let server: PoolServer | undefined;
const path = () => join(folder, "x.sock");

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "njsgi-"))));
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true });
});

describe("serve()", () => {
  it.each<[what: string, application: Application]>([
    ["a function", hello],
    ["a WsgiAServer", new App()],
  ])("accepts connections once it resolves: %s", async (_what, application) => {
    server = await serve({ application, bind: `unix:${path()}`, protocol: "uwsgi" });
    expect(server.address).toBe(`unix:${path()}`);
    expect(statSync(path()).mode & 0o777).toBe(0o660);
    expect(String(await exchange(path(), packet(get("/"))))).toContain("\r\n\r\nHello world!\n");
  });

  it("speaks HTTP too", async () => {
    server = await serve({ application: hello, bind: `unix:${path()}`, protocol: "http" });
    expect(await request(path(), "/")).toMatchObject({ status: 200, text: "Hello world!\n" });
  });

  it.each(["GET", "HEAD"])("sends a file over HTTP with its length, to %s", async (method) => {
    const file = join(folder, "file.txt");
    writeFileSync(file, "from a file");
    const application: Application = async (environ, start_response) => {
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return environ["wsgi.file_wrapper"](environ.PATH_INFO === "/handle" ? await open(file) : createReadStream(file));
    };
    server = await serve({ application, bind: `unix:${path()}`, protocol: "http" });
    for (const kind of ["/handle", "/stream"]) {
      const answer = await request(path(), kind, { method });
      expect(answer).toMatchObject({ status: 200, text: method === "HEAD" ? "" : "from a file" });
      expect(answer.headers["content-length"]).toBe("11");
    }
  });

  it("gives the port it got, and close() ends it", async () => {
    server = await serve({ application: hello, bind: "127.0.0.1:0" });
    const port = Number(/^127\.0\.0\.1:([1-9]\d*)$/.exec(server.address)![1]);
    await server.close();
    const refused = await new Promise<boolean>((resolve) => {
      connect(port, "127.0.0.1", () => resolve(false)).on("error", () => resolve(true));
    });
    expect(refused).toBe(true);
    server = undefined;
  });

  it("close() waits for the answers it owes", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const application: Application = async function* (_environ, start_response) {
      start_response("200 OK", []);
      yield "first ";
      await promise;
      yield "last";
    };
    server = await serve({ application, bind: `unix:${path()}` });
    const socket = connect(path(), () => socket.write(packet(get("/"))));
    await new Promise((first) => socket.once("readable", first));
    const closed = server.close();
    server = undefined;
    resolve();
    expect(Buffer.concat(await socket.toArray()).toString()).toContain("first last");
    await closed;
  });

  it("refuses a bind that is none, and one that is taken", async () => {
    await expect(serve({ application: hello, bind: "here" })).rejects.toThrow('bind is "here"');
    server = await serve({ application: hello, bind: `unix:${path()}` });
    await expect(serve({ application: hello, bind: `unix:${path()}` })).rejects.toThrow("another server listens there");
  });
});
