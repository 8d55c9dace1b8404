import { describe, expect, it } from "vitest";
import { lint } from "../../njs/wsgi/lint.ts";
import type { Application, Environ, Input } from "../../njs/wsgi/types.ts";
import { expectViolation, linted, newEnviron, returning, serve, thrownBy } from "./lint_server.ts";

type Changes = { [key: string]: unknown };

const fine = returning(() => ["fine"]);
const streams = newEnviron();

const thrownFor = (environ: unknown) => thrownBy(() => fine(environ as Environ, () => () => {}));

describe("an environ", () => {
  it.each<[rule: string, says: string, environ: unknown]>([
    ["E9a", "gave null as the environ, want a plain object", null],
    ["E9a", "gave undefined as", undefined],
    ["E9a", "gave [object Array] as", []],
    ["E9a", "gave [object Object] as", Object.create(newEnviron())],
    ["E9b", "whose REQUEST_METHOD can't be changed", Object.freeze(newEnviron())],
    ["E9b", "whose x can't be changed", Object.defineProperty(newEnviron(), "x", { get: () => "", enumerable: true })],
    ["E9b", "whose x can't be changed", Object.defineProperty(newEnviron(), "x", { value: "", writable: true })],
    ["E9b", "to which no key can be added", Object.preventExtensions(newEnviron())],
  ])("%s: the server %s", async (rule, says, environ) => {
    expectViolation(await thrownFor(environ), rule, "server", says);
  });

  it.each(Object.keys(newEnviron()))("without %s", async (key) => {
    const environ = newEnviron();
    delete environ[key];
    const rule = key.startsWith("CONTENT_") ? "E2a" : "E1a";
    expectViolation(await thrownFor(environ), rule, "server", `without ${key}`);
  });

  it.each<[rule: string, says: string, changes: Changes]>([
    ["E1b", "an empty REQUEST_METHOD", { REQUEST_METHOD: "" }],
    ["E1b", "an empty SERVER_NAME", { SERVER_NAME: "" }],
    ["E1b", "an empty SERVER_PORT", { SERVER_PORT: "" }],
    ["E2b", "gave HTTP_CONTENT_TYPE in the environ, want CONTENT_TYPE alone", { HTTP_CONTENT_TYPE: "a/b" }],
    ["E2b", "gave HTTP_CONTENT_LENGTH in the environ, want CONTENT_LENGTH alone", { HTTP_CONTENT_LENGTH: "1" }],
    ["E2c", 'gave "-1" as CONTENT_LENGTH', { CONTENT_LENGTH: "-1" }],
    ["E2c", 'gave "1.5" as CONTENT_LENGTH', { CONTENT_LENGTH: "1.5" }],
    ["E3", "gave HTTP_PROXY in the environ", { HTTP_PROXY: "http://evil" }],
    ["E3", "gave HTTP_TRANSFER_ENCODING in the environ", { HTTP_TRANSFER_ENCODING: "chunked" }],
    ["E4", "gave 5 as CONTENT_LENGTH, want a string", { CONTENT_LENGTH: 5 }],
    ["E4", "gave undefined as HTTPS", { HTTPS: undefined }],
    ["E4", 'gave "/\u0100" as PATH_INFO', { PATH_INFO: "/\u0100" }],
    ["E5a", 'gave "/" as SCRIPT_NAME', { SCRIPT_NAME: "/" }],
    ["E5b", 'gave "shop" as SCRIPT_NAME', { SCRIPT_NAME: "shop" }],
    ["E5b", '"x/y" as PATH_INFO', { PATH_INFO: "x/y" }],
    ["E5c", "an empty SCRIPT_NAME and an empty PATH_INFO", { PATH_INFO: "" }],
    ["E6a", 'gave "1.0" as wsgi.version, want [1, 0]', { "wsgi.version": "1.0" }],
    ["E6a", "want [1, 0]", { "wsgi.version": [1, 0, 0] }],
    ["E6a", "want [1, 0]", { "wsgi.version": [2, 0] }],
    ["E6a", "want [1, 0]", { "wsgi.version": [1, 1] }],
    ["E6b", 'gave "HTTPS" as wsgi.url_scheme', { "wsgi.url_scheme": "HTTPS" }],
    ["E6c", "gave 1 as wsgi.multithread", { "wsgi.multithread": 1 }],
    ["E6c", "gave undefined as wsgi.multiprocess", { "wsgi.multiprocess": undefined }],
    ["E6c", 'gave "false" as wsgi.run_once', { "wsgi.run_once": "false" }],
    ["E7a", "a wsgi.input without a method read", { "wsgi.input": null }],
    ["E7a", "without a method readline", { "wsgi.input": { ...streams["wsgi.input"], readline: undefined } }],
    ["E7a", "without a method readlines", { "wsgi.input": { ...streams["wsgi.input"], readlines: undefined } }],
    ["E7a", "without a method chunks", { "wsgi.input": { ...streams["wsgi.input"], chunks: undefined } }],
    ["E7a", "Symbol.asyncIterator", { "wsgi.input": { ...streams["wsgi.input"], [Symbol.asyncIterator]: 1 } }],
    ["E7b", "gave false as wsgi.input_terminated", { "wsgi.input_terminated": false }],
    ["E8a", "a wsgi.errors without a method write", { "wsgi.errors": () => {} }],
    ["E8a", "without a method writelines", { "wsgi.errors": { ...streams["wsgi.errors"], writelines: undefined } }],
    ["E8a", "without a method flush", { "wsgi.errors": { ...streams["wsgi.errors"], flush: undefined } }],
  ])("%s: the server %s", async (rule, says, changes) => {
    expectViolation(await thrownFor({ ...newEnviron(), ...changes }), rule, "server", says);
  });

  it.each<[what: string, changes: Changes]>([
    ["the path of a mount itself", { SCRIPT_NAME: "/shop", PATH_INFO: "" }],
    ["a path under a mount", { SCRIPT_NAME: "/shop", PATH_INFO: "/x" }],
    ["any byte in a value", { PATH_INFO: "/\0\x7f\xff" }],
    ["anything at all under a key with a dot", { "site.pool": { size: 4 } }],
    ["a CONTENT_LENGTH of 0", { CONTENT_LENGTH: "0" }],
    ["https", { "wsgi.url_scheme": "https" }],
    ["a header no rule is about", { HTTP_X_TEST: "" }],
  ])("may have %s", async (_what, changes) => {
    expect((await serve(fine, "", changes)).chunks).toEqual(["fine"]);
  });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const gives = (value: unknown) => () => Promise.resolve(value);
const iterates = (result: unknown) => ({ [Symbol.asyncIterator]: () => ({ next: () => result }) });
const chunks = (result: unknown) => ({ chunks: () => ({ next: () => result }) });
const chunked = (input: Input) => all(input.chunks());

/** What comes of the use an application makes of its input. @param broken the server's input, where that is at fault */
function use(read: (input: Input) => unknown, broken: object = {}): Promise<unknown> {
  const environ = newEnviron("1\n2\n");
  Object.assign(environ["wsgi.input"], broken);
  return new Promise((resolve) => {
    const application = linted((given, start_response) => {
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      resolve(thrownBy(() => read(given["wsgi.input"])));
      return [];
    });
    application(environ, () => () => {});
  });
}

async function all(input: AsyncIterable<Uint8Array>): Promise<string[]> {
  const parts: string[] = [];
  for await (const part of input) parts.push(String(Buffer.from(part)));
  return parts;
}

describe("an input", () => {
  it.each<[rule: string, says: string, read: (input: Input) => unknown, broken: object]>([
    [
      "E7g",
      "wsgi.input.read() returned [object Uint8Array], want a promise",
      (i) => i.read(),
      { read: () => bytes("1") },
    ],
    ["E7g", "readline() returned undefined", (i) => i.readline(), { readline() {} }],
    ["E7g", "readlines() returned [object Array]", (i) => i.readlines(), { readlines: () => [] }],
    ["E7g", "next() returned [object Object]", all, iterates({ done: true })],
    ["E7g", "chunks().next() returned [object Object]", chunked, chunks({ done: true })],
    ["E7d", 'read() gave "1\\n2\\n", want bytes', (i) => i.read(), { read: gives("1\n2\n") }],
    ["E7d", "readline() gave null", (i) => i.readline(), { readline: gives(null) }],
    ["E7d", 'readlines() gave "1"', (i) => i.readlines(), { readlines: gives([bytes("1"), "1"]) }],
    ["E7d", "readlines() gave undefined", (i) => i.readlines(), { readlines: gives(undefined) }],
    ["E7d", "next() gave 1", all, iterates(Promise.resolve({ done: false, value: 1 }))],
    ["E7d", 'chunks().next() gave "1"', chunked, chunks(Promise.resolve({ done: false, value: "1" }))],
    ["E7e", "read(2) gave 3 bytes", (i) => i.read(2), { read: gives(bytes("123")) }],
    ["E7e", "readline(1) gave 2 bytes", (i) => i.readline(1), { readline: gives(bytes("1\n")) }],
    ["E7f", "ended after 3 bytes, while CONTENT_LENGTH is 4", (i) => i.read(), { read: gives(bytes("1\n2")) }],
    ["E7f", "ended after 1 bytes", (i) => i.read(4), { read: gives(bytes("1")) }],
    ["E7f", "gave 5 bytes", (i) => i.read(5), { read: gives(bytes("1\n2\n3")) }],
    ["E7f", "ended after 0 bytes", (i) => i.readline(), { readline: gives(bytes("")) }],
    ["E7f", "ended after 2 bytes", (i) => i.readlines(), { readlines: gives([bytes("1\n")]) }],
    ["E7f", "ended after 2 bytes", (i) => i.readlines(0), { readlines: gives([bytes("1\n")]) }],
    ["E7f", "ended after 0 bytes", all, iterates(Promise.resolve({ done: true }))],
    ["E7f", "ended after 0 bytes", chunked, chunks(Promise.resolve({ done: true }))],
    ["E7f", "gave 6 bytes", all, iterates(Promise.resolve({ done: false, value: bytes("1\n2\n3\n") }))],
  ])("%s: the server's %s", async (rule, says, read, broken) => {
    expectViolation(await use(read, broken), rule, "server", says);
  });

  it.each<[rule: string, says: string, read: (input: Input) => unknown]>([
    [
      "E7c",
      "read(1, 2), want a whole number of bytes or nothing",
      (i) => (i.read as (...sizes: number[]) => unknown)(1, 2),
    ],
    ["E7c", 'read("4")', (i) => i.read("4" as unknown as number)],
    ["E7c", "read(null)", (i) => i.read(null as unknown as number)],
    ["E7c", "readline(1.5)", (i) => i.readline(1.5)],
    ["E7c", "readlines(NaN)", (i) => i.readlines(NaN)],
  ])("%s: the application called wsgi.input.%s", async (rule, says, read) => {
    expectViolation(await use(read), rule, "application", says);
  });

  it.each<[what: string, read: (input: Input) => unknown, given: unknown]>([
    ["read()", (i) => i.read(), bytes("1\n2\n")],
    [
      "read(n), again and again",
      async (i) => [await i.read(3), await i.read(3), await i.read(3)],
      ["1\n2", "\n", ""].map(bytes),
    ],
    ["read(-1), and read(0)", async (i) => [await i.read(0), await i.read(-1)], [bytes(""), bytes("1\n2\n")]],
    [
      "readline()",
      async (i) => [await i.readline(1), await i.readline(0), await i.readline()],
      ["1", "", "\n"].map(bytes),
    ],
    ["readlines()", (i) => i.readlines(), ["1\n", "2\n"].map(bytes)],
    ["readlines(hint)", (i) => i.readlines(1), ["1\n"].map(bytes)],
    ["for await", all, ["1\n", "2\n"]],
    ["chunks()", chunked, ["1\n2\n"]],
    [
      "chunks(), left",
      async (i) => {
        const left = i.chunks();
        await left.return!();
        return [await left.next(), await i.read()];
      },
      [{ done: true, value: undefined }, bytes("1\n2\n")],
    ],
    ["reads at once", (i) => Promise.all([i.read(1), i.read(), i.readline()]), ["1", "\n2\n", ""].map(bytes)],
  ])("%s reads what the server's does", async (_what, read, given) => {
    const asBytes = (value: unknown): unknown =>
      value instanceof Uint8Array ? new Uint8Array(value) : Array.isArray(value) ? value.map(asBytes) : value;
    const application = lint(async (environ, start_response) => {
      expect(asBytes(await read(environ["wsgi.input"]))).toEqual(given);
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [];
    });
    expect((await serve(application, "1\n2\n")).status).toBe("200 OK");
  });

  it("may have any length where CONTENT_LENGTH says none", async () => {
    const application: Application = lint(async (environ, start_response) => {
      expect(await environ["wsgi.input"].read()).toHaveLength(4);
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [];
    });
    expect((await serve(application, "1\n2\n", { CONTENT_LENGTH: "" })).status).toBe("200 OK");
  });

  it("passes the server's own error on", async () => {
    const cut = new Error("cut short");
    expect(await use((i) => i.read(), { read: () => Promise.reject(cut) })).toBe(cut);
  });
});

describe("the error log", () => {
  it.each<[says: string, write: (environ: Environ) => void]>([
    ["wrote 5 to wsgi.errors", (environ) => environ["wsgi.errors"].write(5 as unknown as string)],
    ["wrote null to", (environ) => environ["wsgi.errors"].writelines(["a", null as unknown as string])],
  ])("E8b: the application %s", async (says, write) => {
    const log: string[] = [];
    const application = linted((environ) => write(environ));
    const error = await thrownBy(() => application(newEnviron("", log), () => () => {}));
    expectViolation(error, "E8b", "application", says);
    expect(log).toEqual([]);
  });

  it("gets its lines, and is flushed", async () => {
    let flushed = 0;
    const log: string[] = [];
    const errors = { ...newEnviron("", log)["wsgi.errors"], flush: () => void flushed++ };
    const application = lint((environ, start_response) => {
      environ["wsgi.errors"].write("one");
      environ["wsgi.errors"].writelines(new Set(["two", "three"]));
      environ["wsgi.errors"].flush();
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [];
    });
    await serve(application, "", { "wsgi.errors": errors });
    expect([log, flushed]).toEqual([["one", "two", "three"], 1]);
  });
});
