import { describe, expect, it } from "vitest";
import { requestError } from "../../njs/wsgi/request_error.ts";
import type { Response } from "../../njs/wsgi/response.ts";
import { newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Environ, FileLike, Headers, StartResponse } from "../../njs/wsgi/types.ts";
import { WsgiAServer } from "../../njs/wsgi/WsgiAServer.ts";

function call(application: WsgiAServer, method: string) {
  const answer = { status: "", headers: [] as Headers, body: undefined as unknown };
  const start_response: StartResponse = (status, headers) => {
    Object.assign(answer, { status, headers });
    return () => {};
  };
  const environ = { REQUEST_METHOD: method, "wsgi.file_wrapper": (file: FileLike) => ({ wrapped: file }) };
  answer.body = application(environ as unknown as Environ, start_response);
  return answer;
}

describe("a response", () => {
  const TEXT = ["Content-Type", "text/plain; charset=utf-8"];
  const file = { read: () => new Uint8Array(0) };
  const again: Headers = [["X-A", "1"]];

  it.each<[what: string, make: (app: WsgiAServer) => Response, answer: object]>([
    ["text", (app) => app.text("a"), { status: "200 OK", headers: [TEXT], body: ["a"] }],
    ["text with a status", (app) => app.text("a", "404 Not Found"), { status: "404 Not Found", headers: [TEXT] }],
    ["text with headers", (app) => app.text("a", undefined, again), { headers: [TEXT, ["X-A", "1"]] }],
    [
      "html",
      (app) => app.html("<p>"),
      { status: "200 OK", headers: [["Content-Type", "text/html; charset=utf-8"]], body: ["<p>"] },
    ],
    [
      "json",
      (app) => app.json({ a: [null] }),
      { status: "200 OK", headers: [["Content-Type", "application/json"]], body: ['{"a":[null]}'] },
    ],
    [
      "json of a type of its own",
      (app) => app.json(0, "400 Bad Request", [["CONTENT-TYPE", "application/problem+json"]]),
      { status: "400 Bad Request", headers: [["CONTENT-TYPE", "application/problem+json"]], body: ["0"] },
    ],
    [
      "redirect",
      (app) => app.redirect("/x"),
      {
        status: "302 Found",
        headers: [
          ["Content-Type", "text/plain"],
          ["Location", "/x"],
        ],
      },
    ],
    ["redirect with a status", (app) => app.redirect("/x", "303 See Other"), { status: "303 See Other" }],
    [
      "file",
      (app) => app.file(file, "text/x"),
      { status: "200 OK", headers: [["Content-Type", "text/x"]], body: { wrapped: file } },
    ],
  ])("%s", async (_what, make, expected) => {
    class App extends WsgiAServer {
      override get() {
        return make(this);
      }
      override async post() {
        return make(this);
      }
    }
    expect(call(new App(), "GET")).toMatchObject(expected);
    const later = call(new App(), "POST");
    later.body = await later.body;
    expect(later).toMatchObject(expected);
    expect(again).toEqual([["X-A", "1"]]);
  });

  it.each([undefined, () => {}, Symbol("s")])("json(%s) is an error", (value) => {
    expect(() => new WsgiAServer().json(value)).toThrow(TypeError);
  });

  it("a file goes without a wsgi.file_wrapper of the server's too", async () => {
    const blocks = [Buffer.from("ab"), Buffer.from("")];
    class App extends WsgiAServer {
      override get() {
        return this.file({ read: () => blocks.shift()! }, "text/x");
      }
    }
    const body = new App()({ REQUEST_METHOD: "GET" } as Environ, () => () => {}) as AsyncIterable<Uint8Array>;
    const sent: Uint8Array[] = [];
    for await (const block of body) sent.push(block);
    expect(Buffer.concat(sent).toString()).toBe("ab");
  });

  it.each([undefined, null, "text", 5, { status: 200, headers: [] }, { status: "200 OK", headers: {} }])(
    "%j is none, and the server's to refuse",
    (result) => {
      class App extends WsgiAServer {}
      App.prototype.get = () => result as never;
      expect(call(new App(), "GET")).toEqual({ status: "", headers: [], body: result });
    },
  );
});

describe("a RequestError", () => {
  const wrong = () => requestError("400 Bad Request", "want better");
  const refusal = {
    status: "400 Bad Request",
    headers: [["Content-Type", "text/plain"]],
    body: ["400 Bad Request: want better\n"],
  };

  it("is answered with its status, thrown or rejected with", async () => {
    class App extends WsgiAServer {
      override get(): string[] {
        throw wrong();
      }
      override async post(): Promise<string[]> {
        throw wrong();
      }
    }
    expect(call(new App(), "GET")).toEqual(refusal);
    const later = call(new App(), "POST");
    later.body = await later.body;
    expect(later).toEqual(refusal);
  });

  it("makes an answer that was started void", () => {
    class App extends WsgiAServer {
      override get(_environ: Environ, start_response: StartResponse): string[] {
        start_response("200 OK", [["X-A", "1"]]);
        throw wrong();
      }
    }
    const head = newHead();
    new App()(
      { REQUEST_METHOD: "GET" } as Environ,
      startResponse(head, () => {}),
    );
    expect(head).toMatchObject({ status: "400 Bad Request", headers: refusal.headers });
  });

  it.each([new Error("other"), Object.assign(new Error("like one"), { status: "400 Bad Request" }), "text", undefined])(
    "%s is none, and goes on",
    async (thrown) => {
      class App extends WsgiAServer {}
      App.prototype.get = () => {
        throw thrown;
      };
      App.prototype.post = () => Promise.reject(thrown);
      let caught: unknown = "nothing";
      try {
        call(new App(), "GET");
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
      await expect(call(new App(), "POST").body).rejects.toBe(thrown);
    },
  );
});
