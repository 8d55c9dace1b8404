import { describe, expect, it } from "vitest";
import { newHead, startResponse } from "../../njs/wsgi/start_response.ts";
import type { Headers, StartResponse } from "../../njs/wsgi/types.ts";

const PLAIN: Headers = [["Content-Type", "text/plain"]];

const write = () => {};

function request() {
  const head = newHead();
  return { head, start_response: startResponse(head, write) };
}

/** As JavaScript may call it. */
type Loose = (status: unknown, headers: unknown) => unknown;
const loose = (start_response: StartResponse) => start_response as Loose;

describe("start_response", () => {
  it("S1 takes status and headers, and returns write", () => {
    const { head, start_response } = request();
    expect(head).toEqual({ status: "", headers: [], sent: false });
    expect(start_response("201 Created", PLAIN)).toBe(write);
    expect(head).toEqual({ status: "201 Created", headers: PLAIN, sent: false });
  });

  it("S3 a second call without excInfo is an error naming both answers", () => {
    const { head, start_response } = request();
    start_response("200 OK", PLAIN);
    expect(() => start_response("404 Not Found", [])).toThrow(/"404 Not Found" after "200 OK"/);
    expect(head).toMatchObject({ status: "200 OK", headers: PLAIN });
  });

  it("S4 a second call with excInfo replaces a head that is not sent", () => {
    const { head, start_response } = request();
    start_response("200 OK", PLAIN);
    expect(start_response("500 Oops", [["X-Error", "1"]], new Error("broken"))).toBe(write);
    expect(head).toEqual({ status: "500 Oops", headers: [["X-Error", "1"]], sent: false });
  });

  it("S4 a second call with excInfo throws that error where the head is sent", () => {
    const { head, start_response } = request();
    start_response("200 OK", PLAIN);
    head.sent = true;
    const error = new Error("broken");
    expect(catching(() => start_response("500 Oops", [], error))).toBe(error);
    expect(head).toEqual({ status: "200 OK", headers: PLAIN, sent: true });
  });

  it("S4 a first call may have excInfo", () => {
    const { head, start_response } = request();
    expect(start_response("500 Oops", [], new Error("broken"))).toBe(write);
    expect(head.status).toBe("500 Oops");
  });

  it("S4 a replacement is checked too, and a bad one changes nothing", () => {
    const { head, start_response } = request();
    start_response("200 OK", PLAIN);
    expect(() => start_response("oops", [], new Error("broken"))).toThrow('"oops"');
    expect(() => start_response("500 Oops", [["Status", "500"]], new Error("broken"))).toThrow('"Status"');
    expect(head).toEqual({ status: "200 OK", headers: PLAIN, sent: false });
  });

  it("a call that throws is no call: the next one counts", () => {
    const { head, start_response } = request();
    expect(() => start_response("200 OK", [["Connection", "close"]])).toThrow();
    expect(head.status).toBe("");
    start_response("200 OK", PLAIN);
    expect(head).toMatchObject({ status: "200 OK", headers: PLAIN });
  });
});

describe("S7 a status", () => {
  it.each(["200 OK", "100 Continue", "404 Not Found", "599 x", "999 x", "200 ", "200 caf\xe9", "418 I'm a teapot!"])(
    "may be %j",
    (status) => {
      const { head, start_response } = request();
      start_response(status, []);
      expect(head.status).toBe(status);
    },
  );

  it.each([
    "",
    "OK",
    "200",
    "20 OK",
    "2000 OK",
    "099 Low",
    "000 None",
    "200OK",
    "200\tOK",
    " 200 OK",
    "2e2 OK",
    "200 OK\r\nX-Evil: 1",
    "200 OK\n",
    "200 O\0K",
    "200 O\x7fK",
    "200 O\x85K",
    "200 caf\u0119",
    200,
    null,
    ["200 OK"],
  ])("can't be %j, and the error names it", (status) => {
    const { head, start_response } = request();
    const error = catching(() => loose(start_response)(status, []));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(`status is ${JSON.stringify(status)}`);
    expect(head.status).toBe("");
  });

  it("can't be missing", () => {
    expect(() => loose(request().start_response)(undefined, [])).toThrow("status is undefined");
  });
});

describe("S8 headers", () => {
  it.each<Headers[number]>([
    ["X-Name", "value"],
    ["x-lower", ""],
    ["!#$%&'*+-.^_`|~09", "every character of a token"],
    ["Content-Type", "text/html; charset=utf-8"],
    ["X-Latin-1", "caf\xe9 \xa0\xff"],
    ["ETag", '"\x21\x7e"'],
  ])("may be %j: %j", (...pair) => {
    const { head, start_response } = request();
    start_response("200 OK", [pair]);
    expect(head.headers).toEqual([pair]);
  });

  it.each([
    "",
    " ",
    "X Y",
    "X:",
    "X\r\nEvil",
    "X\n",
    "X\0",
    "X\x7f",
    "(x)",
    "a/b",
    "text/plain",
    "text/html; charset=utf-8",
    "application/json",
    "\xe9",
    "X-\u0119",
  ])("can't have the name %j, and the error names it", (name) => {
    const error = catching(() => request().start_response("200 OK", [...PLAIN, [name, "value"]]));
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(`header name ${JSON.stringify(name)}`);
  });

  it.each(["a\r\nX-Evil: 1", "a\nb", "a\r", "a\0b", "a\tb", "\x1b[0m", "a\x7f", "a\x85b", "a\u0119b", "\u2603"])(
    "can't have the value %j, and the error names it and its header",
    (value) => {
      for (const name of ["X-Name", "Content-Type", "Location", "Set-Cookie"]) {
        const error = catching(() => request().start_response("200 OK", [...PLAIN, [name, value]]));
        expect(error).toBeInstanceOf(TypeError);
        expect((error as Error).message).toContain(`header "${name}" has the value ${JSON.stringify(value)}`);
      }
    },
  );

  it.each([
    [["X-Name"], 'header 1 is ["X-Name"]'],
    [["X-Name", "a", "b"], 'header 1 is ["X-Name","a","b"]'],
    [["X-Name", 5], 'header 1 is ["X-Name",5]'],
    [[5, "a"], 'header 1 is [5,"a"]'],
    [["Content-Type", undefined], 'header 1 is ["Content-Type",null]'],
    ["X-Name: a", 'header 1 is "X-Name: a"'],
    [{ "X-Name": "a" }, 'header 1 is {"X-Name":"a"}'],
    [null, "header 1 is null"],
    [undefined, "header 1 is undefined"],
  ])("can't have %j for a pair", (pair, message) => {
    expect(() => loose(request().start_response)("200 OK", [...PLAIN, pair])).toThrow(message);
  });

  it.each([
    [{ "X-Name": "a" }, 'headers are {"X-Name":"a"}'],
    ["X-Name: a", 'headers are "X-Name: a"'],
    [null, "headers are null"],
    [undefined, "headers are undefined"],
  ])("can't be %j", (headers, message) => {
    expect(() => loose(request().start_response)("200 OK", headers)).toThrow(message);
  });
});

describe("S9 the server's own headers", () => {
  const names = [
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "Status",
  ];

  it.each(names.flatMap((name) => [name, name.toLowerCase(), name.toUpperCase()]))(
    "%s is refused, and the error names it",
    (name) => {
      const error = catching(() => request().start_response("200 OK", [...PLAIN, [name, "a"]]));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain(`header "${name}"`);
    },
  );
});

describe("S10 the list of headers", () => {
  const mixed: Headers = [
    ["Set-Cookie", "a=1"],
    ["X-B", "1"],
    ["Set-Cookie", "b=2"],
    ["X-A", "1"],
    ["set-cookie", "a=1"],
    ["X-B", "1"],
  ];

  it("keeps its order, its duplicates and its spelling", () => {
    const { head, start_response } = request();
    start_response("200 OK", mixed);
    expect(head.headers).toEqual(mixed);
  });

  it("is the one that was checked, whatever the application does to its own later", () => {
    const { head, start_response } = request();
    const headers = structuredClone(mixed);
    start_response("200 OK", headers);
    headers.push(["Status", "500"]);
    headers[0] = ["X-Evil", "1"];
    headers.reverse();
    expect(head.headers).toEqual(mixed);
  });

  it("holds the pairs that were checked, whatever the application does to its own later", () => {
    const { head, start_response } = request();
    const headers = structuredClone(mixed);
    start_response("200 OK", headers);
    headers[1]![1] = "1\r\nX-Evil: 1";
    expect(head.headers).toEqual(mixed);
  });
});

function catching(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return expect.fail("nothing was thrown");
}
