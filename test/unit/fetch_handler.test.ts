import { H3 } from "h3";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { type FetchHandler, fetchHandler } from "../../backend/adapter/fetch_handler.ts";
import { lint } from "../../njs/wsgi/lint.ts";
import { serve } from "./lint_server.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function* pieces() {
  yield bytes("a");
  await new Promise(setImmediate);
  yield bytes("b");
}

describe("fetchHandler(handler) keeps to the contract:", () => {
  const type = { "content-type": "text/plain" };
  it.each<[what: string, handler: FetchHandler, chunks: string[], method?: string]>([
    ["a text", () => new Response("text"), ["text"]],
    ["JSON", async () => Response.json({ a: 1 }), ['{"a":1}']],
    ["a form", () => new Response(new URLSearchParams("a=1")), ["a=1"]],
    ["no body", () => new Response(null), []],
    ["a 204", () => new Response(null, { status: 204 }), []],
    ["a redirect", () => Response.redirect("http://site.test/there"), []],
    ["a stream", () => new Response(ReadableStream.from(pieces()), { headers: type }), ["a", "b"]],
    ["a stream that is there", () => new Response(new Blob(["a"]).stream(), { headers: type }), ["a"]],
    ["another Response's stream", () => new Response(new Response("a").body, { headers: type }), ["a"]],
    ["a text to HEAD", () => new Response("text"), ["text"], "HEAD"],
    ["a stream to HEAD", () => new Response(ReadableStream.from(pieces()), { headers: type }), [], "HEAD"],
    ["what the body was", async (request) => new Response(await request.text()), ["body"], "POST"],
  ])("%s", async (_what, handler, chunks, method = "GET") => {
    const changes = { REQUEST_METHOD: method, HTTP_HOST: "site.test" };
    const seen = await serve(lint(fetchHandler(handler)), method === "POST" ? "body" : "", changes);
    expect(seen.chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(chunks);
    expect(seen.log).toEqual([]);
  });

  it("a request that is none", async () => {
    const handler = () => expect.unreachable();
    expect(await serve(lint(fetchHandler(handler)), "", { HTTP_HOST: "a@b" })).toMatchObject({
      status: "400 Bad Request",
    });
  });
});

describe("fetchHandler()", () => {
  it.each([
    ["Hono", fetchHandler(new Hono().get("/", (c) => c.text("hello")))],
    ["H3", fetchHandler(new H3().get("/", () => "hello"))],
  ])("takes %s", async (_name, application) => {
    expect((await serve(application)).chunks.map((chunk) => Buffer.from(chunk).toString())).toEqual(["hello"]);
  });

  it("calls the method on its object", async () => {
    const object = { text: "own", fetch: () => new Response("") };
    object.fetch = function (this: typeof object) {
      return new Response(this.text);
    };
    expect((await serve(fetchHandler(object))).chunks).toEqual([bytes("own")]);
  });

  it.each([
    [undefined, "undefined"],
    [{ get: 1 }, "{ get: 1 }"],
    ["app", "'app'"],
  ])("refuses %j", (given, found) => {
    expect(() => fetchHandler(given as never)).toThrow(
      `fetchHandler() was given ${found}, want a function or an object with the method fetch`,
    );
  });
});
