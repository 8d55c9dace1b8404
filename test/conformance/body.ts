import { connect } from "node:net";
import { expect } from "vitest";
import { until } from "../until.ts";
import { application, type Case, CLEAN_500, OK } from "./case.ts";

/** A body of an application's own, which logs its close(). */
const CLOSING = (next: string) => `{
  [Symbol.iterator]() { let n = 0; return { next() { n++; ${next} } }; },
  close() { environ["wsgi.errors"].write("closed " + environ.PATH_INFO + environ.SCRIPT_NAME); },
}`;

/** S11 to S22: the body. */
export const body: Case[] = [
  {
    rule: "S11",
    holds: "chunks leave as they come, empty ones do no harm",
    app: application(
      `${OK} yield "first"; yield ""; yield new Uint8Array(0); await new Promise((go) => { globalThis.go = go; setTimeout(go, 5000); }); yield "last";`,
      "async function*",
    ),
    only: "pool",
    async check({ socket, path }) {
      const client = connect(socket, () =>
        client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`),
      );
      let text = "";
      client.on("data", (chunk) => (text += String(chunk)));
      await until("the first chunk, before the last is made", () => text.includes("first"), 3);
      expect(text).not.toContain("last");
      client.destroy();
    },
  },
  {
    rule: "S11",
    holds: "strings are UTF-8, bytes are bytes",
    app: application(`${OK} return ["caf\\u00e9 \\u20ac ", new Uint8Array([0, 255, 128])];`),
    async check({ ask }) {
      expect((await ask()).body).toEqual(Buffer.concat([Buffer.from("caf\u00e9 \u20ac "), Buffer.from([0, 255, 128])]));
    },
  },
  {
    rule: "S11",
    holds: "a chunk of another type is an error",
    app: application(`${OK} return [{}];`),
    async check({ ask, logged }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      await logged("a chunk that is object");
    },
  },
  ...["null", "undefined", '"text"', "1", "{}"].map((value): Case => ({
    rule: "S12",
    holds: `${value} for a body is an error`,
    app: application(`${OK} return ${value};`),
    async check({ ask, logged }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      await logged(value === '"text"' ? "wrap it in a list" : "the application returned");
    },
  })),
  {
    rule: "S13",
    holds: "what write() was given goes before the body",
    app: application('const write = start_response("200 OK", []); write("one "); write("two "); return ["three"];'),
    async check({ ask }) {
      expect(await ask()).toMatchObject({ status: 200, text: "one two three" });
    },
  },
  {
    rule: "S14",
    holds: "a list has a Content-Length, in bytes",
    app: application(`${OK} return ["caf\\u00e9", "!"];`),
    async check({ ask }) {
      expect((await ask()).headers["content-length"]).toBe("6");
    },
  },
  {
    rule: "S15",
    holds: "more than the application's Content-Length is not sent",
    app: application('start_response("200 OK", [["Content-Length", "3"]]); return ["four"];'),
    only: "pool",
    async check({ ask, logged }) {
      expect(await ask()).toMatchObject({ status: 200, text: "fou" });
      await logged("1 bytes more than its Content-Length");
    },
  },
  {
    rule: "S15",
    holds: "fewer is logged and cut",
    app: application('start_response("200 OK", [["Content-Length", "5"]]); return ["four"];'),
    only: "pool",
    async check({ ask, logged }) {
      await expect(ask()).rejects.toThrow();
      await logged("1 bytes short of its Content-Length");
    },
  },
  {
    rule: "S16",
    holds: "close() is called once, at the end",
    app: application(`${OK} return ${CLOSING('return n > 2 ? { done: true } : { done: false, value: "x" };')};`),
    async check({ ask, logged, path }) {
      expect(await ask()).toMatchObject({ status: 200, text: "xx" });
      expect(await logged(`closed ${path}`)).toBe(1);
    },
  },
  {
    rule: "S16",
    holds: "close() is called once, after an error",
    app: application(`${OK} return ${CLOSING('throw new Error("while iterated");')};`),
    async check({ ask, logged, path }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      expect(await logged(`closed ${path}`)).toBe(1);
    },
  },
  {
    rule: "S16",
    holds: "close() is called once, on a list with a chunk that is none",
    app: application(
      `${OK} const list = [1]; list.close = () => environ["wsgi.errors"].write("closed " + environ.SCRIPT_NAME); return list;`,
    ),
    async check({ ask, logged, path }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      expect(await logged(`closed ${path}`)).toBe(1);
    },
  },
  {
    rule: "S22",
    holds: "what is awaited may be any promise, also one of the application's own making",
    app: application(`${OK} return { then(resolve) { resolve(["later"]); } };`),
    async check({ ask }) {
      expect(await ask()).toMatchObject({ status: 200, text: "later" });
    },
  },
  {
    rule: "S17",
    holds: "an error before the head is a 500 page, and the whole error with the request line in the log",
    app: application(`${OK} throw new Error("before the head");`),
    async check({ ask, logged, path }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      expect(await logged("Error: before the head")).toBe(1);
      await logged(`"GET ${path} HTTP/1.1"`);
    },
  },
  {
    rule: "S18",
    holds: "an error after the head cuts the response",
    app: application(
      'start_response("200 OK", [["Content-Length", "100"]]); yield "sent"; throw new Error("after the head");',
      "function*",
    ),
    only: "pool",
    async check({ ask, logged }) {
      await expect(ask()).rejects.toThrow();
      expect(await logged("after the head")).toBe(1);
    },
  },
  {
    rule: "S18",
    holds:
      "and without a length, where the transport allows: FastCGI has an end of its own, uwsgi on a unix socket none",
    app: application('start_response("200 OK", []); yield "sent"; throw new Error("after the head");', "function*"),
    only: "pool",
    async check({ way, ask, logged }) {
      if (way === "fastcgi") await expect(ask()).rejects.toThrow();
      else expect(await ask()).toMatchObject({ status: 200, text: "sent" });
      expect(await logged("after the head")).toBe(1);
    },
  },
  {
    rule: "S19",
    holds: "HEAD gets the head alone, with the body's length",
    app: application(`${OK} return ["body"];`),
    async check({ ask }) {
      const answer = await ask({ method: "HEAD" });
      expect(answer).toMatchObject({ status: 200, text: "" });
      expect(answer.headers["content-length"]).toBe("4");
    },
  },
  ...["204 No Content", "304 Not Modified"].map((status): Case => ({
    rule: "S19",
    holds: `${status} has no body and no Content-Length`,
    app: application(`start_response("${status}", []); return ["body"];`),
    async check({ ask }) {
      const answer = await ask();
      expect(answer).toMatchObject({ status: Number(status.slice(0, 3)), text: "" });
      expect(answer.headers).not.toHaveProperty("content-length");
    },
  })),
  {
    rule: "S20",
    holds: "a client that is gone fires the signal, and the body is closed",
    app: application(
      `${OK} const signal = environ["njsgi.signal"]; const log = (text) => environ["wsgi.errors"].write(text + environ.SCRIPT_NAME);
      signal.addEventListener("abort", () => log("aborted "));
      try { yield "first"; await new Promise((resolve) => signal.addEventListener("abort", resolve)); yield "never"; }
      finally { log("finally "); }`,
      "async function*",
    ),
    only: "pool",
    async check({ socket, path, logged }) {
      const client = connect(socket, () => client.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`));
      await new Promise((first) => client.once("data", first));
      client.destroy();
      expect(await logged(`aborted ${path}`)).toBe(1);
      expect(await logged(`finally ${path}`)).toBe(1);
    },
  },
  {
    rule: "S21",
    holds: "a request body nobody reads does not lose the answer",
    app: application(`${OK} return ["fine"];`),
    only: "pool",
    async check({ ask }) {
      expect(await ask({ method: "POST", body: Buffer.alloc(2_000_000) })).toMatchObject({ status: 200, text: "fine" });
    },
  },
  ...(
    [
      ["a promise rejected", application('throw new Error("it " + environ.SCRIPT_NAME);', "async function")],
      ["a generator that throws", application('throw new Error("it " + environ.SCRIPT_NAME);', "function*")],
      [
        "an async generator that throws",
        application('throw new Error("it " + environ.SCRIPT_NAME);', "async function*"),
      ],
    ] as const
  ).map(([what, app]): Case => ({
    rule: "S22",
    holds: `${what} is logged once`,
    app,
    async check({ ask, logged, path }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      expect(await logged(`it ${path}`)).toBe(1);
    },
  })),
  {
    rule: "S22",
    holds: "a throw in close() is logged once",
    app: application(
      `${OK} const body = ["fine"]; body.close = () => { throw new Error("in close of " + environ.SCRIPT_NAME); }; return body;`,
    ),
    async check({ ask, logged, path }) {
      await ask();
      expect(await logged(`in close of ${path}`)).toBe(1);
    },
  },
];
