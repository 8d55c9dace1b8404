import { describe, expect, it } from "vitest";
import { checkBody, checkChunk, isPromise } from "../../njs/wsgi/body_checks.ts";

describe("S12 a body", () => {
  it.each([
    ["a list", ["a"]],
    ["an empty list", []],
    ["a set", new Set(["a"])],
    ["a generator", (function* () {})()],
    ["an async generator", (async function* () {})()],
    ["bytes, whose chunks are the next check's", new Uint8Array(1)],
  ])("may be %s", (_, body) => {
    expect(() => checkBody(body)).not.toThrow();
  });

  it("may be a promise of one, by whatever makes promises", () => {
    expect(isPromise(Promise.resolve([]))).toBe(true);
    // oxlint-disable-next-line unicorn/no-thenable -- what is tested
    expect(isPromise({ then() {} })).toBe(true);
    for (const body of [[], null, undefined, "then"]) expect(isPromise(body)).toBe(false);
  });

  it.each(["", "Hello world!"])("can't be the bare string %j: the error says to wrap it in a list", (body) => {
    expect(() => checkBody(body)).toThrow(TypeError);
    expect(() => checkBody(body)).toThrow(/string.*wrap it in a list/);
  });

  it.each([
    [undefined, "returned undefined"],
    [null, "returned null"],
    [5, "returned 5"],
    [false, "returned false"],
    [{ a: 1 }, "returned [object Object]"],
    [function* body() {}, "returned function* body"],
    [new ArrayBuffer(1), "returned [object ArrayBuffer]"],
  ])("can't be %s, and the error names it", (body, message) => {
    expect(() => checkBody(body)).toThrow(TypeError);
    expect(() => checkBody(body)).toThrow(message);
  });
});

describe("S11 a chunk", () => {
  it.each([["a"], [""], [new Uint8Array(2)], [Buffer.from("a")]])("may be %j", (chunk) => {
    expect(checkChunk(chunk)).toBe(chunk);
  });

  it.each([
    [undefined, "undefined"],
    [null, "null"],
    [72, "number (72)"],
    [true, "boolean (true)"],
    [["a"], "object (a)"],
    [{ a: 1 }, "object ([object Object])"],
    [new ArrayBuffer(1), "object ([object ArrayBuffer])"],
    [new Uint16Array(1), "object (0)"],
    [Promise.resolve("a"), "object ([object Promise])"],
  ])("can't be %s, and the error names it", (chunk, message) => {
    expect(() => checkChunk(chunk)).toThrow(TypeError);
    expect(() => checkChunk(chunk)).toThrow(message);
  });
});
