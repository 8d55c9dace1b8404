import { existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { children } from "./children.ts";
import { request } from "./request.ts";
import { serveFile } from "./serve_file.ts";
import { until } from "./until.ts";

/** `njsgi serve FILE` of a program that calls `listen()`: docs/adapters.md. */

describe("a program that calls listen()", () => {
  it("gets its listening event, its callback and an address, and close() once its requests are answered", async () => {
    const { program, socket } = serveFile(
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
    const { program } = serveFile(
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

  it.each([
    [
      "a second after it was told to",
      `import { createServer } from "node:http";
      import { setTimeout as sleep } from "node:timers/promises";
      const server = createServer().listen(1);
      process.once("SIGTERM", async () => {
        await sleep(1000);
        server.close(async () => { await sleep(500); console.log("has left its database"); });
      });`,
    ],
    [
      "after Fastify's hooks",
      `import Fastify from "fastify";
      import { setTimeout as sleep } from "node:timers/promises";
      const app = Fastify().addHook("preClose", () => sleep(100));
      process.on("SIGTERM", () => app.close().then(() => console.log("has left its database")));
      await app.listen({ port: 1 });`,
    ],
    [
      "never, but has more to do",
      `import { createServer } from "node:http";
      createServer().listen(1);
      process.on("SIGTERM", () => setTimeout(() => console.log("has left its database"), 500));`,
    ],
  ])("that closes its server %s ends by itself", async (_when, text) => {
    const { program } = serveFile("server.mjs", text);
    await program.printed("njsgi: ready");
    program.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain("has left its database");
  });

  it("and raises SIGTERM again once it is through, as Nest does, is gone", async () => {
    const { program } = serveFile(
      "server.mjs",
      `import { createServer } from "node:http";
      const server = createServer().listen(1);
      setInterval(() => {}, 1000);
      process.once("SIGTERM", () => server.close(() => {
        console.log("is through");
        process.kill(process.pid, "SIGTERM");
      }));`,
    );
    await program.printed("njsgi: ready");
    const [worker] = children(program.pid);
    program.kill("SIGHUP");
    await until("the old worker to be gone", () => !existsSync(`/proc/${worker}`));
    expect(program.output()).toContain("is through");
  });

  it("and is told to end by a stop amid a reload, has its time", async () => {
    const { program } = serveFile(
      "server.mjs",
      `import { createServer } from "node:http";
      const server = createServer().listen(1);
      process.once("SIGTERM", () => server.close(() => {
        console.log("closed", process.pid);
        setTimeout(() => console.log("has left its database", process.pid), 1000);
      }));`,
    );
    await program.printed("njsgi: ready");
    const [worker] = children(program.pid);
    program.kill("SIGHUP");
    await program.printed(`closed ${worker}`);
    program.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(program.output()).toContain(`has left its database ${worker}`);
  });

  const AT_WORK = `import { createServer } from "node:http";
    createServer((request, response) => response.end()).listen(1);
    setInterval(() => {}, 1000);`;

  it("that listens to no SIGTERM ends with its last request, whatever else it has to do", async () => {
    const { program } = serveFile("server.mjs", AT_WORK);
    await program.printed("njsgi: ready");
    const [worker] = children(program.pid);
    program.kill("SIGTERM");
    expect(await program.exited).toBe(0);
    expect(existsSync(`/proc/${worker}`)).toBe(false);
    expect(program.output()).not.toContain("killed");
  });

  it("is gone when its master is killed, which no SIGTERM tells it", async () => {
    const { program } = serveFile("server.mjs", `${AT_WORK} process.on("SIGTERM", () => {});`);
    await program.printed("njsgi: ready");
    const [worker] = children(program.pid);
    program.kill("SIGKILL");
    await until("the worker to notice", () => !existsSync(`/proc/${worker}`));
  });

  it("was told that it listens where it waits for that, though the file exports its app", async () => {
    const { program, socket } = serveFile(
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
    const { program, socket } = serveFile(
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
