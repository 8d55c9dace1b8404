import { parse } from "node:querystring";
import { describe, expect, it } from "vitest";
import { READERS } from "../../njs/build/environ_readers.ts";
import { createInput } from "../../njs/wsgi/input.ts";
import * as njsgi from "../../njs/wsgi/njsgi.ts";
import { cookies, query, readForm, readJson } from "../../njs/wsgi/njsgi.ts";
import type { Environ } from "../../njs/wsgi/types.ts";

const asking = (QUERY_STRING: string) => ({ QUERY_STRING }) as Environ;
const FORM = "application/x-www-form-urlencoded";

function sending(CONTENT_TYPE: string, body: string | Uint8Array, length?: number): Environ {
  const chunks = [Buffer.from(body)];
  const pull = () => Promise.resolve(chunks.shift() ?? null);
  return { CONTENT_TYPE, "wsgi.input": createInput(length ?? chunks[0]!.length, pull) } as unknown as Environ;
}

describe("query()", () => {
  it.each(
    `a=1&b=2|a=1&a=2&a=3|a+b=c+d|a=%2B%20|a=%C3%A9|%C3%A9=1|a=%ff|a=%ff%C3%A9|a=%C3+x|a=%zz|a=%zz%C3%A9|a=%|a=%4|a|a=|=1|=|
    |&|&&a=1&|a=b=c|a;b=1|__proto__=1|__proto__=1&__proto__=2|toString=1|constructor=1&constructor=2|hasOwnProperty=1|
    length=1|0=1&1=2|a=%00|a=%C3%A9%ff%C3%A9|a=%ff%aF%Fg%g1%-1% 1%+1%%41|%ff%=%ff%4|a=%EF%BB%BFx|a=%EF%BB%BF%ff`.split(
      /\|\s*/,
    ),
  )("%j is what querystring makes of it", (text) => {
    expect(query(asking(text))).toEqual(parse(text));
  });

  it("reads bytes that came as they are as UTF-8", () => {
    expect(query(asking("\u00c3\u00a9=\u00c3\u00a9&a=\u00ff"))).toEqual({ "\u00e9": "\u00e9", a: "\ufffd" });
  });

  it("has no name that was not sent", () => {
    const fields = query(asking("a=1"));
    for (const name of ["toString", "constructor", "__proto__"]) expect(fields[name]).toBeUndefined();
  });

  it("reads the first 1000 fields", () => {
    const text = Array.from({ length: 1500 }, (_, n) => `k${n}=1`).join("&");
    expect(Object.keys(query(asking(text)))).toHaveLength(1000);
  });
});

describe("cookies()", () => {
  it.each<[header: string | undefined, expected: object]>([
    [undefined, {}],
    ["", {}],
    ["a=1; b=2", { a: "1", b: "2" }],
    ["a=1;a=2", { a: "1" }],
    ["a=%C3%A9; b=\u00c3\u00a9; c=%ff", { a: "\u00e9", b: "\u00e9", c: "%ff" }],
    ["a; =1; b=", { "": "1", b: "" }],
  ])("%j", (HTTP_COOKIE, expected) => {
    expect({ ...cookies({ HTTP_COOKIE } as unknown as Environ) }).toEqual(expected);
  });

  it("takes any name", () => {
    const found = cookies({ HTTP_COOKIE: "__proto__=x; toString=y" } as unknown as Environ);
    expect(Object.entries(found)).toEqual([
      ["__proto__", "x"],
      ["toString", "y"],
    ]);
    expect(cookies({} as Environ).toString).toBeUndefined();
  });
});

describe("readForm()", () => {
  it.each([FORM, `${FORM};charset=utf-8`, " Application/X-WWW-Form-URLencoded "])(
    "reads a body of %j",
    async (type) => {
      expect(await readForm(sending(type, "a=1&a=%C3%A9&b=\u00e9+x"))).toEqual({ a: ["1", "\u00e9"], b: "\u00e9 x" });
    },
  );

  it.each(["", "text/plain", "application/json", "multipart/form-data; boundary=x", `${FORM}x`])(
    "does not read one of %j: 415",
    async (type) => {
      const reading = readForm(sending(type, "a=1"));
      await expect(reading).rejects.toMatchObject({ name: "RequestError", status: "415 Unsupported Media Type" });
    },
  );
});

describe("readJson()", () => {
  it.each([
    ["application/json", '{"a":["\u00e9"]}', { a: ["\u00e9"] }],
    ["application/json; charset=utf-8", " 5 ", 5],
    ["application/ld+json", "null", null],
    ["APPLICATION/JSON", '\ufeff"after a byte order mark"', "after a byte order mark"],
  ])("reads a body of %j: %s", async (type, body, value) => {
    expect(await readJson(sending(type, body))).toEqual(value);
  });

  it.each(["", "text/plain", "text/json", FORM, "application/jsonp", "application/+json", "x/application/json"])(
    "does not read one of %j: 415",
    async (type) => {
      const reading = readJson(sending(type, "{}"));
      await expect(reading).rejects.toMatchObject({ name: "RequestError", status: "415 Unsupported Media Type" });
    },
  );

  it.each(["", "{", "undefined", "{'a':1}", '"\n"', Buffer.from('"\xff"', "latin1")])("%j is a 400", async (body) => {
    const reading = readJson(sending("application/json", body));
    await expect(reading).rejects.toMatchObject({
      name: "RequestError",
      status: "400 Bad Request",
      message: "the request's body is not JSON",
    });
  });

  it("a body cut short is the input's own error", async () => {
    await expect(readJson(sending("application/json", "{}", 5))).rejects.toThrow("ended after 2 bytes");
  });
});

describe("what the build takes a reader to read", () => {
  it.each([...READERS])("%s reads %j and no more", async (name, keys) => {
    const read = new Set<unknown>();
    const type = name === "readJson" ? "application/json" : FORM;
    const environ = new Proxy({ ...sending(type, "{}"), QUERY_STRING: "", HTTP_COOKIE: "" } as unknown as Environ, {
      get: (target, key) => (read.add(key), target[key as string]),
      ownKeys: () => expect.fail("all keys are read"),
    });
    await (njsgi as unknown as Record<string, (environ: Environ) => unknown>)[name]!(environ);
    expect([...read].sort()).toEqual([...keys].sort());
  });
});
