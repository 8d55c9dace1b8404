import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "njsgi/pool";
import { get, packet } from "./packet.ts";
import { exchange, request } from "./request.ts";
import { serveFile } from "./serve_file.ts";
import { PROJECT } from "./site.ts";
import { tempFolder } from "./unit/temp_folder.ts";

/** nodeListener(server): its "request" listeners are those it has, and it stays the program's own. */

async function asking(server: Server): Promise<() => Promise<string>> {
  const socket = `${tempFolder({})}/x.sock`;
  const pool = await serve({ listener: server, bind: `unix:${socket}` });
  onTestFinished(() => pool.close());
  return async () => String(await exchange(socket, packet(get("/"))));
}

const reject = async () => {
  throw new Error("rejected on purpose");
};

describe("a server's listeners", () => {
  it("that come later are called, and a promise that rejects is a 500", async () => {
    const server = createServer();
    const ask = await asking(server);
    server.on("request", reject);
    expect(await ask()).toMatch(/^HTTP\/1.1 500 /);
  });

  it("are found by off(), those from before too", async () => {
    const server = createServer(reject);
    const ask = await asking(server);
    server.off("request", reject).on("request", (_request, response) => response.end("the other one"));
    expect(await ask()).toMatch(/^HTTP\/1.1 200 .*the other one$/s);
    expect(server.listenerCount("request")).toBe(1);
  });

  it("are called once where they were added so, and each after the other", async () => {
    const server = createServer((_request, response) => void response.end());
    server.once("request", (_request, response) => void response.setHeader("X-Once", "1"));
    server.prependListener("request", (_request, response) => void response.setHeader("X-First", "1"));
    const ask = await asking(server);
    server.prependOnceListener("request", (_request, response) => void response.setHeader("X-Later", "1"));
    expect((await ask()).match(/X-\w+/g)).toEqual(["X-Later", "X-First"]);
  });

  it("are reached by the server's emit(), which tracing packages replace before or after", async () => {
    const server = createServer((_request, response) => void response.end());
    const seen: unknown[] = [];
    const trace = (name: string) => {
      const { emit } = server;
      server.emit = (event: string, ...args: unknown[]) => {
        seen.push([name, event]);
        return Reflect.apply(emit, server, [event, ...args]) as boolean;
      };
    };
    trace("before");
    const ask = await asking(server);
    trace("after");
    await ask();
    expect(seen).toEqual([
      ["after", "request"],
      ["before", "request"],
    ]);
  });

  it("may be as many as its own limit says", async () => {
    const server = createServer().setMaxListeners(0);
    await asking(server);
    expect(server.getMaxListeners()).toBe(0);
  });
});

describe("a promise that rejects where no answer waits for it is an unhandled rejection, logged once, and the worker lives", () => {
  const LATE = `async (request, response) => {
    await new Promise((ended) => response.end(String(process.pid), ended));
    if (request.url === "/late") throw new Error("late on purpose");
  }`;

  // Its client has an answer, but none that we wait for.
  const OWN = `async (request, response) => {
    setTimeout(() => response.end(String(process.pid)), 10);
    if (request.url === "/late") throw new Error("late on purpose");
  }`;
  const POOL = join(PROJECT, "backend/pool.ts");

  it.each<[what: string, text: string, at: string]>([
    ["a listener's", `export const application = nodeListener(${LATE});`, "http"],
    ["a server's listener's", `export default createServer(${LATE});`, "http"],
    ["a server's, which listens itself", `export default createServer(${OWN}).listen("own.sock");`, "own"],
    [
      "of a server's other event",
      `const server = createServer((request, response) => {
        if (request.url === "/late") server.emit("other");
        response.end(String(process.pid));
      });
      server.on("other", async () => { throw new Error("late on purpose"); });
      export default server;`,
      "http",
    ],
  ])("%s", async (_what, text, at) => {
    const { program, socket } = serveFile(
      "app.mjs",
      `import { createServer } from "node:http"; import { nodeListener } from ${JSON.stringify(POOL)}; ${text}`,
      "--protocol",
      "http",
    );
    await program.printed("njsgi: ready");
    const path = at === "own" ? socket.replace("x.sock", "own.sock") : socket;
    const { text: pid } = await request(path, "/late");
    await program.printed("late on purpose");
    expect((await request(path, "/")).text).toBe(pid);
    expect(program.output().match(/unhandled rejection: Error: late on purpose/g)).toHaveLength(1);
    expect(program.output()).not.toContain("uncaught");
  });
});
