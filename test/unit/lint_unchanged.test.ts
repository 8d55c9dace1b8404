import { describe, expect, it } from "vitest";
import { lint } from "../../njs/wsgi/lint.ts";
import type { Application, Chunk, Environ, Headers, StartResponse } from "../../njs/wsgi/types.ts";
import { WsgiAServer } from "../../njs/wsgi/WsgiAServer.ts";
import { linted, newEnviron, returning, serve, thrownBy } from "./lint_server.ts";

const PLAIN: Headers = [["Content-Type", "text/plain"]];
const HEADERS: Headers = [...PLAIN, ["Set-Cookie", "a=1"], ["Set-Cookie", "b=\xe9"], ["x-lower_case", ""]];
const CHUNKS = ["a", "", new Uint8Array([0, 255])];
const sized = (bytes: number): Headers => [...PLAIN, ["Content-Length", String(bytes)]];

function list(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", HEADERS);
  return CHUNKS;
}
function* generator(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", HEADERS);
  yield* CHUNKS;
}
async function* asynchronous(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", HEADERS);
  yield* CHUNKS;
}
class Shop extends WsgiAServer {
  override get(environ: Environ, start_response: StartResponse) {
    return list(environ, start_response);
  }
}

describe("passes unchanged:", () => {
  it.each<[what: string, application: Application]>([
    ["a function", list],
    ["an async function", async (environ, start_response) => list(environ, start_response)],
    ["a promise of a generator", async (environ, start_response) => generator(environ, start_response)],
    ["a generator", generator],
    ["an async generator", asynchronous],
    ["a class", new Shop()],
    ["what is linted", lint(generator)],
  ])("%s", async (_what, application) => {
    const seen = { status: "200 OK", headers: HEADERS, written: [], chunks: CHUNKS, log: [] };
    expect(await serve(lint(application))).toEqual(seen);
    expect(lint(application)).toHaveLength(2);
  });

  it.each<[what: string, status: string, headers: Headers, method: string, body: Chunk[]]>([
    ["a 204", "204 No Content", [], "GET", []],
    ["a 304 with the length it would have", "304 Not Modified", [["Content-Length", "5"]], "GET", []],
    ["a HEAD with the length of its GET", "200 OK", sized(5), "HEAD", []],
    ["a length in bytes", "200 OK", sized(5), "GET", ["\u00e9", new Uint8Array(3)]],
    ["a redirect with no body, and so no type", "302 Found", [["Location", "/there"]], "GET", [""]],
    ["any status, with no reason", "799 ", PLAIN, "GET", []],
  ])("%s", async (_what, status, headers, method, body) => {
    const application = lint((_environ, start_response) => {
      start_response(status, headers);
      return body;
    });
    expect(await serve(application, "", { REQUEST_METHOD: method })).toMatchObject({ status, headers, chunks: body });
  });

  it("write()", async () => {
    const application = lint((_environ, start_response) => {
      const write = start_response("200 OK", sized(4));
      write("a");
      write(new Uint8Array(2));
      return ["b"];
    });
    expect(await serve(application)).toMatchObject({ written: ["a", new Uint8Array(2)], chunks: ["b"] });
  });

  it("a second start_response with its error, whose headers count", async () => {
    const application = lint((_environ, start_response) => {
      start_response("200 OK", sized(100));
      start_response("500 Oops", sized(1), new Error("oops"));
      return ["a"];
    });
    expect(await serve(application)).toMatchObject({ status: "500 Oops", headers: sized(1), chunks: ["a"] });
  });

  it("what the server's start_response throws, and the call after it is the first", () => {
    const refused = new Error("refused by the server");
    let calls = 0;
    const application = lint((_environ, start_response) => {
      expect(() => start_response("200 OK", PLAIN)).toThrow(refused);
      start_response("200 OK", PLAIN);
      return [];
    });
    application(newEnviron(), () => {
      if (calls++ === 0) throw refused;
      return () => {};
    });
    expect(calls).toBe(2);
  });

  it.each(["a function", "an async function", "an iterator", "an async iterator"])("the error of %s", async (kind) => {
    const error = new Error("broken");
    const next = (): never => {
      throw error;
    };
    const bodies: { [kind: string]: () => unknown } = {
      "a function": next,
      "an async function": () => Promise.reject(error),
      "an iterator": () => ({ [Symbol.iterator]: () => ({ next }) }),
      "an async iterator": () => ({ [Symbol.asyncIterator]: () => ({ next }) }),
    };
    expect(await thrownBy(() => serve(returning(bodies[kind]!)))).toBe(error);
  });
});

describe("a body", () => {
  it("that is a list stays one, so that the server knows its length", () => {
    const given = (body: unknown) => returning(() => body)(newEnviron(), () => () => {});
    const plain = ["a", "b"];
    expect(given(plain)).toBe(plain);
    const closable = given(Object.assign(["a", "b"], { close() {} }));
    expect(closable).toBeInstanceOf(Array);
    expect(Array.from(closable as string[])).toEqual(plain);
  });

  it.each(["list", "set", "async iterable"])("has its close() called, once, on the %s itself", async (kind) => {
    const bodies: { [kind: string]: object } = {
      list: ["a"],
      set: new Set(["a"]),
      "async iterable": {
        async *[Symbol.asyncIterator]() {
          yield "a";
        },
      },
    };
    const closed: unknown[] = [];
    const body = Object.assign(bodies[kind]!, {
      close() {
        closed.push(this);
      },
    });
    expect((await serve(returning(() => body))).chunks).toEqual(["a"]);
    expect(closed).toEqual([body]);
  });

  it.each([Symbol.iterator, Symbol.asyncIterator])("is stopped where the server leaves it: %s", async (symbol) => {
    let stopped = 0;
    const iterator = { next: () => ({ done: false, value: "a" }), return: () => ({ done: true, value: stopped++ }) };
    const left = linted((_environ, start_response) => {
      start_response("200 OK", PLAIN);
      return { [symbol]: () => iterator };
    })(newEnviron(), () => () => {});
    if (symbol === Symbol.iterator) for (const chunk of left as Iterable<Chunk>) if (chunk === "a") break;
    if (symbol === Symbol.asyncIterator) for await (const chunk of await left) if (chunk === "a") break;
    expect(stopped).toBe(1);
  });
});
