import { describe, expect, it } from "vitest";
import { ACCESS_LINES, type Answer } from "../../backend/gateway/access_line.ts";
import { entryLine } from "../../backend/gateway/log_entry.ts";

const at = new Date(2026, 10, 3, 9, 5, 7, 123);
const offset = `${at.getTimezoneOffset() > 0 ? "-" : "+"}${String(
  Math.floor(Math.abs(at.getTimezoneOffset()) / 60) * 100 + (Math.abs(at.getTimezoneOffset()) % 60),
).padStart(4, "0")}`;

const asked = {
  REQUEST_ID: "0123456789abcdef",
  REQUEST_METHOD: "GET",
  REQUEST_URI: "/hello?a=b",
  SERVER_PROTOCOL: "HTTP/1.1",
  REMOTE_ADDR: "127.0.0.1",
};
const answer: Answer = { asked, status: 200, bytes: 12, ms: 3.2104, pid: 17, worker: 2, requests: 5, at };

/** What a client may put anywhere, over a uwsgi socket at least. */
const EVIL = 'a"b\\c\r\n\x1b[2J\x7f\x85\xe9';

describe("uwsgi", () => {
  it("is uWSGI's line, as far as its fields exist here, and the id", () => {
    expect(ACCESS_LINES.uwsgi(answer)).toBe(
      "[pid: 17|app: 0|req: 5] 127.0.0.1 () [Tue Nov  3 09:05:07 2026] GET /hello?a=b => generated 12 bytes " +
        "in 3 msecs (HTTP/1.1 200) 0123456789abcdef\n",
    );
  });

  it("has the user", () => {
    expect(ACCESS_LINES.uwsgi({ ...answer, asked: { ...asked, REMOTE_USER: "ann" } })).toContain(" 127.0.0.1 (ann) [");
  });
});

describe("combined", () => {
  it("is Apache's, the id and the seconds", () => {
    const client = { ...asked, REMOTE_USER: "ann", HTTP_REFERER: "http://x/", HTTP_USER_AGENT: "curl/8" };
    expect(ACCESS_LINES.combined({ ...answer, asked: client })).toBe(
      `127.0.0.1 - ann [03/Nov/2026:09:05:07 ${offset}] "GET /hello?a=b HTTP/1.1" 200 12 ` +
        '"http://x/" "curl/8" 0123456789abcdef 0.003\n',
    );
  });

  it("has - for what there is none of", () => {
    expect(ACCESS_LINES.combined(answer)).toMatch(/^127\.0\.0\.1 - - \[.* 200 12 "-" "-" /);
  });
});

describe("json", () => {
  it("is an object", () => {
    expect(JSON.parse(ACCESS_LINES.json({ ...answer, asked: { ...asked, HTTP_USER_AGENT: "curl/8" } }))).toEqual({
      time: at.toISOString(),
      id: "0123456789abcdef",
      method: "GET",
      uri: "/hello?a=b",
      protocol: "HTTP/1.1",
      status: 200,
      bytes: 12,
      duration_ms: 3.21,
      remote_addr: "127.0.0.1",
      user_agent: "curl/8",
      worker: 2,
      pid: 17,
    });
  });

  it("has header values, which are bytes, as the text they are in UTF-8", () => {
    const line = ACCESS_LINES.json({ ...answer, asked: { ...asked, HTTP_USER_AGENT: "caf\xc3\xa9" } });
    expect(JSON.parse(line)).toMatchObject({ user_agent: "café" });
  });
});

describe("a request that would forge", () => {
  const evil = {
    REQUEST_ID: EVIL,
    REQUEST_METHOD: EVIL,
    REQUEST_URI: EVIL,
    SERVER_PROTOCOL: EVIL,
    REMOTE_ADDR: EVIL,
    REMOTE_USER: EVIL,
    HTTP_REFERER: EVIL,
    HTTP_USER_AGENT: EVIL,
  };

  it.each(["uwsgi", "combined"] as const)("%s is one line of printable ASCII", (format) => {
    const line = ACCESS_LINES[format]({ ...answer, asked: evil });
    expect(line).toMatch(/^[ -~]+\n$/);
    expect(line).toContain("a\\x22b\\x5Cc\\x0D\\x0A\\x1B[2J\\x7F\\x85\\xE9");
  });

  it("combined has the quotes of its own fields alone", () => {
    expect(ACCESS_LINES.combined({ ...answer, asked: evil }).split('"')).toHaveLength(7);
  });

  it("json is one line, and says what it was", () => {
    const line = ACCESS_LINES.json({ ...answer, asked: evil });
    expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(JSON.parse(line)).toMatchObject({ remote_user: EVIL });
  });

  it("an entry of the error log is one line too", () => {
    const line = entryLine("x", { id: EVIL, request: EVIL }, { pid: 17 }, "uwsgi", at);
    expect(line).toMatch(/^[ -~]+\n$/);
  });
});

describe("the error log", () => {
  const master = { pid: 16 };
  const worker = { pid: 17, worker: 2 };
  const time = at.toISOString();
  const error = "Error: one\ntwo\n    at a (file:///a.ts:1:2)";

  it("has the time, and who", () => {
    expect(entryLine("said", {}, master, "uwsgi", at)).toBe(`${time} njsgi[16]: said\n`);
    expect(entryLine("said", {}, worker, "combined", at)).toBe(`${time} njsgi[17] worker 2: said\n`);
    expect(entryLine("said", { stream: "stdout" }, worker, "uwsgi", at)).toBe(
      `${time} njsgi[17] worker 2 stdout: said\n`,
    );
  });

  it("has the request", () => {
    const about = { id: "0123", request: "GET / HTTP/1.1" };
    expect(entryLine("said", about, worker, "uwsgi", at)).toBe(
      `${time} njsgi[17] worker 2: 0123 "GET / HTTP/1.1" said\n`,
    );
  });

  it("has an error's stack with it, and a blank before all lines but the first", () => {
    expect(entryLine(error, {}, master, "uwsgi", at)).toBe(
      `${time} njsgi[16]: Error: one\n  two\n    at a (file:///a.ts:1:2)\n`,
    );
  });

  it("moves no cursor", () => {
    expect(entryLine("a\x1b[2J\r\tb\x85\u2028é", {}, master, "uwsgi", at)).toBe(
      `${time} njsgi[16]: a\\x1B[2J\\x0D\tb\\x85\\u2028é\n`,
    );
  });

  it("is objects in JSON: an error's first line, and its stack", () => {
    const about = { level: "error", id: "0123", request: "GET / HTTP/1.1" } as const;
    expect(JSON.parse(entryLine(error, about, worker, "json", at))).toEqual({
      time,
      level: "error",
      pid: 17,
      worker: 2,
      id: "0123",
      request: "GET / HTTP/1.1",
      message: "Error: one",
      stack: error,
    });
    expect(JSON.parse(entryLine("said", {}, master, "json", at))).toEqual({
      time,
      level: "info",
      pid: 16,
      message: "said",
    });
  });

  it("and what an application wrote at once is one", () => {
    expect(JSON.parse(entryLine("a\nb", { stream: "stdout" }, worker, "json", at))).toEqual({
      time,
      level: "info",
      pid: 17,
      worker: 2,
      stream: "stdout",
      message: "a\nb",
    });
  });
});
