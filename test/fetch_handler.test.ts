import { get as httpGet, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { startInstance } from "./instance.ts";
import { exchange, request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** A fetch handler as an application, over nginx and a pool: what it is given, and what becomes of its Response. */

const site = useSite({
  conf: (conf) => conf.replace("uwsgi_buffering off;", "$& uwsgi_request_buffering off;"),
  files: {
    "njs/routes.ts": `export const mounts = { "/": { place: "pool", app: "index.ts", environ: { "site.name": "here" } } };`,
    "backend/apps/index.ts": `import { fetchHandler } from "njsgi/pool";
    import { setTimeout as sleep } from "node:timers/promises";
    const encode = (text) => new TextEncoder().encode(text);
    const EVENTS = { headers: { "Content-Type": "text/event-stream" } };
    let next = () => {};
    let made = 0;
    const routes = {
      show: (request, env) => Response.json({
        url: request.url, method: request.method, headers: [...request.headers], hasBody: request.body !== null,
        name: env["site.name"], script: env.SCRIPT_NAME, signal: request.signal.aborted,
      }),
      async pieces(request, env) {
        for await (const piece of request.body) env["wsgi.errors"].write("piece " + Buffer.from(piece));
        return new Response("whole");
      },
      head: () => {
        const headers = new Headers({ "Content-Type": "text/plain", Connection: "close", "Keep-Alive": "timeout=5",
          "Transfer-Encoding": "chunked", Upgrade: "h2c", "X-One": "caf\\u00e9" });
        for (const cookie of ["a=1; Path=/", "b=2, c", "a=1; Path=/"]) headers.append("Set-Cookie", cookie);
        return new Response("text", { status: 203, statusText: "Own Reason", headers });
      },
      status: (request) => new Response(null, { status: Number(new URL(request.url).searchParams.get("code")) }),
      redirect: () => Response.redirect("http://site.test/there"),
      bytes: () => new Response(new Uint8Array([0, 255, 10])),
      empty: () => new Response(""),
      tokens: () => new Response(new ReadableStream({
        async start(controller) {
          for (let n = 0; n < 3; n++) {
            if (n > 0) await new Promise((resolve) => (next = resolve));
            controller.enqueue(encode("data: token " + n + "\\n\\n"));
          }
          controller.close();
        },
      }), EVENTS),
      next: () => (next(), new Response(null, { status: 204 })),
      endless: () => new Response(new ReadableStream({
        start: () => void (made = 0),
        pull(controller) { made++; controller.enqueue(new Uint8Array(65536)); },
      }), EVENTS),
      made: () => new Response(String(made)),
      // as WSGI has it, PATH_INFO names who goes
      clock: (request, env) => {
        const log = (text) => env["wsgi.errors"].write(new URL(request.url).search + " " + text);
        request.signal.addEventListener("abort", () => log("signal"));
        log("open");
        return new Response(new ReadableStream({
          async pull(controller) {
            await sleep(100);
            if (!request.url.endsWith("mute")) controller.enqueue(encode("data: tick\\n\\n"));
          },
          cancel: () => log("cancelled"),
        }), EVENTS);
      },
      async waits(request, env) {
        env["wsgi.errors"].write("waiting");
        await sleep(60_000, undefined, { signal: request.signal }).catch(() => request.signal.throwIfAborted());
      },
      error: () => Response.error(),
      async used() { const response = new Response("x"); await response.text(); return response; },
      locked: () => { const response = new Response("x"); response.body.getReader(); return response; },
      nothing: () => {},
      object: () => ({ status: 200, body: "x" }),
      thrown: () => { throw new Error("thrown by the handler"); },
      rejected: async () => { throw new Error("rejected by the handler"); },
      broken: () => new Response(new ReadableStream({
        async pull(controller) {
          controller.enqueue(encode("first"));
          await sleep(50);
          controller.error(new Error("broken in the stream"));
        },
      }), EVENTS),
      works(request, env, context) {
        const { waitUntil } = context;
        waitUntil(Promise.reject(new Error("failed in the background")));
        return new Response("answered");
      },
    };
    export const application = fetchHandler({
      routes,
      fetch(request, env, context) {
        return this.routes[new URL(request.url).pathname.split("/")[1]]?.(request, env, context);
      },
    });`,
  },
});

interface ShownRequest {
  url: string;
  method: string;
  headers: [string, string][];
  hasBody: boolean;
  name: string;
  script: string;
}

const shown = async (...args: Parameters<typeof request>) => JSON.parse((await request(...args)).text) as ShownRequest;

/** A response as it comes. */
function open(path: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    httpGet({ socketPath: site.socket, path, headers: { Host: "site.test" }, agent: false }, resolve).on(
      "error",
      reject,
    );
  });
}

describe("the Request", () => {
  it("has the URL as it was sent, with the Host's port", async () => {
    const headers = { Host: "site.test:8443" };
    const { url } = await shown(site.socket, "/show/a%2Fb//c%20d?q=%C3%A9&r=1+2", { headers });
    expect(url).toBe("http://site.test:8443/show/a%2Fb//c%20d?q=%C3%A9&r=1+2");
  });

  it.each([
    ["GET http://other.test/show HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n", "http://other.test/show"],
    ["GET /show HTTP/1.0\r\n\r\n", "http://localhost/show"],
    ["GET /show/a\\..\\b HTTP/1.0\r\nHost: x\r\n\r\n", "http://x/show/a%5C..%5Cb"],
  ])("%j has the URL %s", async (bytes, url) => {
    expect(String(await exchange(site.socket, bytes))).toContain(`"url":"${url}"`);
  });

  it("of a Host that is no URL's is a 400", async () => {
    for (const host of ["site.test@other.test", "site.test?", "site.test:99999", "a^b"]) {
      const answer = await request(site.socket, "/show", { headers: { Host: host } });
      expect(answer).toMatchObject({ status: 400, text: "400 Bad Request\n" });
    }
  });

  it("has the headers and the environ", async () => {
    const headers = { "X-Two": ["1", "2"], "X-Latin": "caf\u00e9", "Content-Type": "text/x", "Content-Length": "3" };
    const got = await shown(site.socket, "/show", { method: "PUT", headers, body: Buffer.from("abc") });
    expect(got).toMatchObject({ method: "PUT", hasBody: true, name: "here", script: "" });
    expect(Object.fromEntries(got.headers)).toMatchObject({
      host: "site.test",
      "content-type": "text/x",
      "content-length": "3",
      "x-two": "1, 2",
      "x-latin": "caf\u00e9",
    });
  });

  it.each(["GET", "HEAD", "POST"])("of a %s without a body has none", async (method) => {
    const headers: Record<string, string> = method === "POST" ? { "Content-Length": "0" } : {};
    if (method === "HEAD") expect((await request(site.socket, "/show", { method })).status).toBe(200);
    else expect(await shown(site.socket, "/show", { method, headers })).toMatchObject({ method, hasBody: false });
  });

  it("streams its body, and one cut short is an error", async () => {
    const client = connect(site.socket).on("error", () => {});
    client.write("POST /pieces HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n");
    for (const piece of ["one", "two"]) {
      client.write(piece);
      await until(piece, () => site.pool.output().includes(`piece ${piece}\n`));
    }
    client.destroy();
    await until("the error", () => site.pool.output().includes("the request body ended after 6 bytes"));
  });
});

describe("the Response", () => {
  it("has its status, reason and headers, Set-Cookie as often as set, and none of the server's", async () => {
    const { status, reason, rawHeaders, text } = await request(site.socket, "/head");
    expect({ status, reason, text }).toEqual({ status: 203, reason: "Own Reason", text: "text" });
    const headers = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [[name.toLowerCase(), rawHeaders[at + 1]]]));
    expect(headers.filter(([name]) => name === "set-cookie")).toEqual(
      ["a=1; Path=/", "b=2, c", "a=1; Path=/"].map((cookie) => ["set-cookie", cookie]),
    );
    expect(headers).toContainEqual(["x-one", "caf\u00e9"]);
    expect(headers).toContainEqual(["content-length", "4"]);
    const names = headers.map(([name]) => name);
    for (const name of ["keep-alive", "upgrade", "transfer-encoding"]) expect(names).not.toContain(name);
  });

  it.each([
    ["/status?code=404", 404, "Not Found", "0"],
    ["/status?code=299", 299, "", "0"],
    ["/status?code=204", 204, "No Content", undefined],
    ["/status?code=304", 304, "Not Modified", undefined],
    ["/redirect", 302, "Found", "0"],
    ["/bytes", 200, "OK", "3"],
    ["/empty", 200, "OK", "0"],
    ["/tokens", 200, "OK", undefined, "HEAD"],
    ["/endless", 200, "OK", undefined, "HEAD"],
    ["/bytes", 200, "OK", "3", "HEAD"],
    ["/status?code=200", 200, "OK", undefined, "HEAD"],
  ])("%s is %i %s, Content-Length %s", async (path, status, reason, length, method = "GET") => {
    const answer = await request(site.socket, path, { method });
    expect(answer).toMatchObject({ status, reason });
    expect(answer.headers["content-length"]).toBe(length);
    expect(answer.body).toEqual(path === "/bytes" && method === "GET" ? Buffer.from([0, 255, 10]) : Buffer.alloc(0));
  });

  it("goes out chunk by chunk", async () => {
    const response = await open("/tokens");
    let text = "";
    response.on("data", (chunk) => (text += String(chunk)));
    for (let n = 0; n < 3; n++) {
      if (n > 0) await request(site.socket, "/next");
      await until(`token ${n}, and no further one`, () => text.endsWith(`data: token ${n}\n\n`));
    }
    if (!response.readableEnded) await new Promise((ended) => response.on("end", ended));
    expect(text.match(/token \d/g)).toEqual(["token 0", "token 1", "token 2"]);
  });

  it("waits for a client that reads nothing", async () => {
    const made = async () => Number((await request(site.socket, "/made")).text);
    const socket = connect(site.socket, () => socket.write("GET /endless HTTP/1.0\r\nHost: x\r\n\r\n"));
    let last = -1;
    await until("the handler to wait", async () => {
      const now = await made();
      const isStill = now === last && now > 0;
      last = now;
      return isStill;
    });
    expect(last).toBeLessThan(100);
    socket.destroy();
  });

  it.each(["ticking", "mute"])("is cancelled, and the signal fires, when its client goes: %s", async (kind) => {
    const socket = connect(site.socket, () => socket.write(`GET /clock?${kind} HTTP/1.0\r\nHost: x\r\n\r\n`));
    const has = (text: string) => site.pool.output().includes(`?${kind} ${text}\n`);
    if (kind === "mute") await until("the stream", () => has("open"));
    else await new Promise((first) => socket.once("data", first));
    socket.destroy();
    for (const text of ["signal", "cancelled"]) await until(text, () => has(text), 1);
  });

  it("that the handler no longer makes, since its client is gone, is no error", async () => {
    const socket = connect(site.socket, () => socket.write("GET /waits HTTP/1.0\r\nHost: x\r\n\r\n"));
    await until("the handler", () => site.pool.output().includes("waiting\n"));
    socket.destroy();
    await request(site.socket, "/thrown?after");
    await until("what comes after", () => site.pool.output().includes("/thrown?after"));
    expect(site.pool.output()).not.toContain('"GET /waits');
  });

  it.each([
    ["/error", "TypeError: the fetch handler returned Response.error(), which is no answer"],
    ["/used", "TypeError: the fetch handler returned a Response whose body was read already: return its clone()"],
    ["/locked", "TypeError: the fetch handler returned a Response whose body was read already: return its clone()"],
    ["/nothing", "TypeError: the fetch handler returned undefined, want a Response"],
    ["/object", "TypeError: the fetch handler returned { status: 200, body: 'x' }, want a Response"],
    ["/thrown", "Error: thrown by the handler"],
    ["/rejected", "Error: rejected by the handler"],
  ])("%s is a 500, and the log says why: %s", async (path, why) => {
    expect(await request(site.socket, path)).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    expect(site.pool.output()).toContain(`"GET ${path} HTTP/1.1" ${why}`);
  });

  it("whose stream fails is logged once", async () => {
    const response = await open("/broken");
    response.on("error", () => {}).resume();
    await new Promise((closed) => response.on("close", closed));
    expect(site.pool.output().split("broken in the stream")).toHaveLength(2);
  });
});

describe("waitUntil", () => {
  it("logs what fails, with the request's id", async () => {
    const answer = await request(site.socket, "/works");
    expect(answer.text).toBe("answered");
    const line = `${String(answer.headers["x-request-id"])} waitUntil: Error: failed in the background`;
    await until("the log", () => site.pool.output().includes(line));
  });

  it("is what a worker's end waits for", async () => {
    const pool = await startInstance({
      "work.ts": `import { fetchHandler } from "${new URL("../backend/pool.ts", import.meta.url).href}";
      import { setTimeout as sleep } from "node:timers/promises";
      export const application = fetchHandler((request, env, { waitUntil }) => {
        const work = async () => {
          await sleep(700);
          env["wsgi.errors"].write("worked");
          waitUntil(sleep(300).then(() => env["wsgi.errors"].write("worked on")));
        };
        waitUntil(work());
        return new Response("answered");
      });`,
    });
    expect(await pool.ask("/work")).toContain("answered");
    expect(pool.output()).not.toContain("worked");
    pool.kill("SIGTERM");
    await pool.exited;
    expect(pool.output()).toMatch(/ worked\n[^]* worked on\n/);
  });
});
