import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { toRequest } from "../../backend/adapter/fetch_request.ts";
import { newEnviron } from "../../backend/gateway/environ.ts";
import { createInput } from "../../njs/wsgi/input.ts";
import type { Environ } from "../../njs/wsgi/types.ts";

function environOf(keys: Partial<Environ> = {}): Environ {
  const server = { SERVER_NAME: "name.test", SERVER_PORT: "80", SERVER_PROTOCOL: "HTTP/1.1" };
  return { ...newEnviron(), REQUEST_METHOD: "GET", REQUEST_URI: "/", ...server, ...keys };
}

describe("toRequest: the URL", () => {
  it.each<[keys: Partial<Environ>, url: string]>([
    [{ REQUEST_URI: "/a%2fb?c=%20d", HTTP_HOST: "site.test:81" }, "http://site.test:81/a%2fb?c=%20d"],
    [{ REQUEST_URI: "//other.test/x", HTTP_HOST: "site.test" }, "http://site.test//other.test/x"],
    [{ REQUEST_URI: "/\\..\\admin", HTTP_HOST: "site.test" }, "http://site.test/%5C..%5Cadmin"],
    [{ REQUEST_URI: "/x", HTTP_HOST: "[::1]:80" }, "http://[::1]/x"],
    [{ REQUEST_URI: "/x" }, "http://name.test/x"],
    [{ REQUEST_URI: "/x", HTTP_HOST: "" }, "http://name.test/x"],
    [{ REQUEST_URI: "/x", SERVER_PORT: "8080" }, "http://name.test:8080/x"],
    [{ REQUEST_URI: "/x", SERVER_PORT: "443", "wsgi.url_scheme": "https" }, "https://name.test/x"],
    [{ REQUEST_URI: "https://other.test:1/x?y", HTTP_HOST: "site.test" }, "http://other.test:1/x?y"],
    [{ REQUEST_URI: "", SCRIPT_NAME: "/a", PATH_INFO: "/b?\xe9", QUERY_STRING: "c" }, "http://name.test/a/b%3f%e9?c"],
    [{ REQUEST_URI: "http://other.test?y", HTTP_HOST: "site.test" }, "http://other.test/?y"],
    [{ REQUEST_URI: "?y", HTTP_HOST: "other.test" }, "http://other.test/?y"], // of that, by nginx
  ])("of %j is %s", (keys, url) => {
    expect(toRequest(environOf(keys))?.url).toBe(url);
  });

  it.each<Partial<Environ>>([
    { REQUEST_URI: "*", REQUEST_METHOD: "OPTIONS" },
    { REQUEST_URI: "site.test:443", REQUEST_METHOD: "CONNECT" },
    { REQUEST_URI: "http://user@site.test/" },
    { REQUEST_URI: "http:///x" },
    ...["a/b", "a?b", "a#b", "a@b", "a\\b", "a b", "a:b", "a:65536", "[::1", "a%"].map((HTTP_HOST) => ({ HTTP_HOST })),
    { REQUEST_METHOD: "TRACE" },
    { HTTP_X: "a\x01\0" },
  ])("there is none for %j", (keys) => {
    expect(toRequest(environOf(keys))).toBeUndefined();
  });
});

describe("toRequest: the client's address", () => {
  const forged = { HTTP_X_FORWARDED_FOR: "6.6.6.6", HTTP_X_FORWARDED_PROTO: "https", HTTP_X_REAL_IP: "6.6.6.6" };
  it.each<[keys: Partial<Environ>, forwardedFor: string | null, proto: string | null, realIp: string | null]>([
    [{ REMOTE_ADDR: "10.0.0.1" }, "10.0.0.1", "http", "10.0.0.1"],
    [{ ...forged, REMOTE_ADDR: "10.0.0.1" }, "6.6.6.6, 10.0.0.1", "http", "10.0.0.1"],
    [{ REMOTE_ADDR: "10.0.0.1", "wsgi.url_scheme": "https" }, "10.0.0.1", "https", "10.0.0.1"],
    [{}, null, null, null],
  ])("of %j, as behind a proxy_pass", (keys, ...expected) => {
    const { headers } = toRequest(environOf(keys))!;
    expect(["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP"].map((name) => headers.get(name))).toEqual(expected);
  });
});

describe("toRequest: the body", () => {
  const input = (pulls: string[], chunks: string[]) =>
    createInput(Infinity, () => {
      pulls.push("pull");
      const chunk = chunks.shift();
      return Promise.resolve(chunk === undefined ? null : Buffer.from(chunk));
    });

  it("is read as the handler reads it", async () => {
    const pulls: string[] = [];
    const request = toRequest(environOf({ REQUEST_METHOD: "POST", "wsgi.input": input(pulls, ["a", "b"]) }))!;
    const reader = request.body!.getReader();
    await new Promise(setImmediate);
    expect(pulls).toHaveLength(0);
    expect(await reader.read()).toMatchObject({ value: Buffer.from("a") });
    await new Promise(setImmediate);
    expect(pulls).toHaveLength(1);
  });

  it("of an unknown length is read to its end", async () => {
    const request = toRequest(environOf({ REQUEST_METHOD: "POST", "wsgi.input": input([], ["a", "\u00e9"]) }))!;
    expect(await request.text()).toBe("a\u00e9");
  });

  it("errors where it is cut short", async () => {
    const cut = createInput(9, () => Promise.resolve(null));
    const request = toRequest(environOf({ REQUEST_METHOD: "PUT", CONTENT_LENGTH: "9", "wsgi.input": cut }))!;
    await expect(request.text()).rejects.toThrow("the request body ended after 0 bytes");
  });

  it("is its clone's too", async () => {
    const keys = { REQUEST_METHOD: "POST", "wsgi.input": input([], ["a", "b"]) };
    const request = toRequest(environOf({ ...keys, "njsgi.signal": new AbortController().signal }))!;
    expect([await request.clone().text(), await request.text()]).toEqual(["ab", "ab"]);
  });
});

it("its signal fires when the client goes, also where the handler has kept the signal alone", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const client = new AbortController();
  const signals: AbortSignal[] = [];
  (() => signals.push(toRequest(environOf({ "njsgi.signal": client.signal }))!.signal))();
  for (let n = 0; n < 2; n++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    gc();
  }
  client.abort();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
});

it("its signal is a clone's too, and that of a Request made with it", () => {
  const client = new AbortController();
  const request = toRequest(environOf({ "njsgi.signal": client.signal }))!;
  const { signal } = new Request("http://example.com/", request);
  client.abort();
  expect([request.clone().signal.aborted, request.clone().clone().signal.aborted, signal.aborted]).toEqual([
    true,
    true,
    true,
  ]);
  expect(request.clone()).toBeInstanceOf(Request);
});
