import { expect } from "vitest";
import { answer, asks, type Case, cookiesOf, headerOf } from "./case.ts";
import { DIGITS } from "./use_app.ts";

/** What the apps answer with. */

const FILE = "/files/digits.txt";
const get = (path: string, ...headers: string[]) => asks({ path, headers });
const range = (bytes: string) => get(FILE, "Range", `bytes=${bytes}`);
const conditional = (header: string, from: string, ...headers: string[]) =>
  asks({ path: FILE }, (got) => ({ path: FILE, headers: [header, headerOf(got, from), ...headers] }));
const whole = answer(200, DIGITS, "content-length: 10000", /^last-modified: /);
const noRanges = { koa: whole };
const part = (bytes: string, body: string) => answer(206, body, `content-range: bytes ${bytes}/10000`);
const gzipped = answer(200, expect.stringContaining("\x1f\x8b\x08"), "content-encoding: gzip");

export const answers: Case[] = [
  { name: "a file", see: get(FILE), expected: whole },
  {
    name: "a file to HEAD",
    see: asks({ path: FILE, method: "HEAD" }),
    expected: answer(200, "", "content-length: 10000"),
  },
  { name: "a range", see: range("10-19"), expected: part("10-19", "0123456789"), but: noRanges },
  { name: "a range without an end", see: range("9995-"), expected: part("9995-9999", "56789"), but: noRanges },
  { name: "a suffix", see: range("-3"), expected: part("9997-9999", "789"), but: noRanges },
  {
    name: "a range beyond the end",
    see: range("99999-"),
    expected: answer(416, undefined, "content-range: bytes */10000"),
    but: noRanges,
  },
  {
    name: "If-Range that holds",
    see: conditional("If-Range", "last-modified", "Range", "bytes=0-1"),
    expected: part("0-1", "01"),
    but: noRanges,
  },
  {
    name: "If-Range that does not",
    see: get(FILE, "If-Range", "Mon, 01 Jan 2001 00:00:00 GMT", "Range", "bytes=0-1"),
    expected: whole,
    but: { hono: part("0-1", "01") },
  },
  { name: "If-None-Match", see: conditional("If-None-Match", "etag"), expected: answer(304, "") },
  {
    name: "If-Modified-Since",
    see: conditional("If-Modified-Since", "last-modified"),
    expected: answer(304, ""),
    but: { hono: whole },
  },
  { name: "no such file", see: get("/files/none.txt"), expected: answer(404) },
  {
    name: "a file above the folder",
    see: get("/files/..%2f.run%2fpool.log"),
    expected: answer(404),
    but: { koa: answer(403) },
  },
  {
    name: "a download",
    see: get("/download"),
    expected: answer(200, DIGITS, /^content-disposition: attachment; .*filename\*=UTF-8''d%C4%ABgits\.txt$/),
  },
  {
    name: "several cookies",
    see: get("/cookies"),
    expected: answer(200, "set", /^set-cookie: a=1/, /^set-cookie: b=%C3%BC/, /^set-cookie: c=;/),
  },
  {
    name: "a signed cookie, kept",
    see: asks(
      { path: "/session" },
      (got) => ({ path: "/session", headers: cookiesOf(got) }),
      (got) => ({ path: "/session", headers: cookiesOf(got) }),
    ),
    expected: answer(200, '{"count":3}'),
  },
  {
    name: "a signed cookie, forged",
    see: asks({ path: "/session" }, (got) => ({
      path: "/session",
      headers: cookiesOf(got).map((cookie) => cookie.replace(/^s=./, "s=9")),
    })),
    expected: answer(200, '{"count":1}'),
  },
  { name: "a text, compressed", see: get("/compressed", "Accept-Encoding", "gzip"), expected: gzipped },
  { name: "a text, not compressed", see: get("/compressed"), expected: answer(200, "text ".repeat(2000)) },
  { name: "a stream, compressed", see: get("/compressed/streamed", "Accept-Encoding", "gzip"), expected: gzipped },
  {
    name: "a stream, not compressed",
    see: get("/compressed/streamed"),
    expected: answer(200, expect.stringMatching(/^line 0\nline 1\n.*line 499\n$/s)),
  },
  { name: "a header of 8 kB", see: get("/big-header"), expected: answer(200, "big", `x-big: ${"b".repeat(8192)}`) },
  { name: "a redirect", see: get("/redirect"), expected: answer(302, undefined, "location: /elsewhere") },
  {
    name: "an absolute redirect",
    see: get("/redirect/absolute"),
    expected: answer(301, undefined, "location: https://elsewhere.test/a?b=%C3%A9"),
  },
  { name: "what is thrown", see: get("/throws"), expected: answer(500) },
  { name: "what rejects", see: get("/rejects"), expected: answer(500) },
  {
    name: "the framework's own error",
    see: get("/teapot"),
    expected: answer(418, expect.stringContaining("short and stout"), "retry-after: 60"),
    but: { express: answer(418, expect.stringContaining("I&#39;m a Teapot"), "retry-after: 60") },
  },
];
