import { expect } from "vitest";
import { application, type Case, CLEAN_500, OK } from "./case.ts";

/** S1 to S10: start_response. */
export const head: Case[] = [
  {
    rule: "S1",
    holds: "start_response takes status and headers and returns write()",
    app: application('const write = start_response("201 Created", [["X-A", "b"]]); return [typeof write];'),
    async check({ ask }) {
      const answer = await ask();
      expect(answer).toMatchObject({ status: 201, text: "function" });
      expect(answer.headers["x-a"]).toBe("b");
    },
  },
  {
    rule: "S2",
    holds: "the head waits for the first chunk that is not empty: until then it can be replaced",
    app: application(
      `${OK} yield ""; start_response("203 Replaced", [], new Error("replaced")); yield "body";`,
      "function*",
    ),
    async check({ ask }) {
      expect(await ask()).toMatchObject({ status: 203, text: "body" });
    },
  },
  {
    rule: "S3",
    holds: "a second call without excInfo is an error",
    app: application(`${OK} start_response("404 Not Found", []); return ["x"];`),
    async check({ ask, logged }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      await logged("start_response was called again");
    },
  },
  {
    rule: "S4",
    holds: "a second call with excInfo replaces a head that was not sent",
    app: application(
      'start_response("200 OK", [["X-A", "1"]]); start_response("500 Oops", [], new Error("x")); return ["oops"];',
    ),
    async check({ ask }) {
      const answer = await ask();
      expect(answer).toMatchObject({ status: 500, text: "oops" });
      expect(answer.headers).not.toHaveProperty("x-a");
    },
  },
  {
    rule: "S4",
    holds: "and throws excInfo again once it was: the response is cut",
    app: application(
      'start_response("200 OK", [["Content-Length", "100"]]); yield "sent"; start_response("500 Oops", [], new Error("too late"));',
      "function*",
    ),
    only: "pool",
    async check({ ask, logged }) {
      await expect(ask()).rejects.toThrow();
      await logged("too late");
    },
  },
  {
    rule: "S5",
    holds: "start_response may first be called while the body is iterated",
    app: application(`${OK} yield "late";`, "function*"),
    async check({ ask }) {
      expect(await ask()).toMatchObject({ status: 200, text: "late" });
    },
  },
  ...['return ["body"];', "return [];"].map((body): Case => ({
    rule: "S6",
    holds: `start_response never called is a logged 500: ${body}`,
    app: application(body),
    async check({ ask, logged }) {
      expect(await ask()).toMatchObject(CLEAN_500);
      await logged("without a call of start_response");
    },
  })),
  ...['"200"', '"200OK"', '"20 OK"', '"099 Low"', "200", '"200 OK\\r\\nX: y"', '"OK"'].map((status): Case => ({
    rule: "S7",
    holds: `status ${status} is an error that names it`,
    app: application(`start_response(${status}, []); return ["x"];`),
    async check({ ask, logged }) {
      const answer = await ask();
      expect(answer).toMatchObject(CLEAN_500);
      expect(answer.headers).not.toHaveProperty("x");
      await logged(`status is ${status}`);
    },
  })),
  ...[
    ['"X-A", "b\\r\\nX-Injected: 1"', "X-A"],
    ['"X-A", "\\u0000"', "X-A"],
    ['"X-A", "\\u20ac"', "X-A"],
    ['"X A", "b"', "X A"],
    ['"X-A:", "b"', "X-A:"],
    ['"", "b"', "header name"],
    ['"X-A", 1', "header 0"],
    ['"X-A"', "header 0"],
  ].map(([pair, named]): Case => ({
    rule: "S8",
    holds: `header [${pair}] is an error that names it`,
    app: application(`start_response("200 OK", [[${pair}]]); return ["x"];`),
    async check({ ask, logged }) {
      const answer = await ask();
      expect(answer).toMatchObject(CLEAN_500);
      expect(answer.headers).not.toHaveProperty("x-injected");
      await logged(named!);
    },
  })),
  ...["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Proxy-Authenticate", "Status"].map(
    (name): Case => ({
      rule: "S9",
      holds: `${name} is the server's and refused`,
      app: application(`start_response("200 OK", [["${name}", "x"]]); return ["x"];`),
      async check({ ask, logged }) {
        expect(await ask()).toMatchObject(CLEAN_500);
        await logged(`header "${name}" is the server's to set`);
      },
    }),
  ),
  {
    rule: "S10",
    holds: "headers keep their order and may stand twice",
    app: application(
      'start_response("200 OK", [["X-One", "1"], ["Set-Cookie", "a=1"], ["X-Two", "2"], ["Set-Cookie", "b=2"]]); return ["x"];',
    ),
    async check({ ask }) {
      const { headers, rawHeaders } = await ask();
      expect(headers["set-cookie"]).toEqual(["a=1", "b=2"]);
      expect(rawHeaders.indexOf("X-One")).toBeLessThan(rawHeaders.indexOf("X-Two"));
    },
  },
  {
    rule: "S10",
    holds: "what the application does not say is not made up: no Content-Type",
    app: application('start_response("200 OK", []); return ["x"];'),
    async check({ ask }) {
      expect((await ask()).headers).not.toHaveProperty("content-type");
    },
  },
  {
    rule: "S8",
    holds: "a value that is latin-1 leaves byte for byte",
    app: application('start_response("200 OK", [["X-A", "caf\\u00e9"]]); return ["x"];'),
    async check({ ask }) {
      expect((await ask()).headers["x-a"]).toBe("caf\u00e9");
    },
  },
];
