import { expect } from "vitest";
import { answer, asks, type Case, post } from "./case.ts";

/** What the apps are asked, and get of it. */

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const get = (path: string, ...headers: string[]) => asks({ path, headers });
const json = (value: unknown) => JSON.stringify(value);
const contains = (text: string): unknown => expect.stringContaining(text);

export const requests: Case[] = [
  { name: "a page", see: get("/"), expected: answer(200, "home\n", /^content-type: text\/plain/, "content-length: 5") },
  {
    name: "HEAD",
    see: asks({ path: "/", method: "HEAD" }),
    expected: answer(200, "", "content-length: 5"),
    but: { hono: answer(200, "") },
  },
  {
    name: "a parameter",
    see: get("/users/7"),
    expected: answer(200, '{"id":"7"}', /^content-type: application\/json/),
    but: { express: answer(200, '{"id":"7"}', "x-mounted: /users /7") },
  },
  { name: "two parameters", see: get("/users/7/posts/8"), expected: answer(200, '{"id":"7","post":"8"}') },
  { name: "a wildcard", see: get("/wild/a/b/c.txt"), expected: answer(200, '{"rest":"a/b/c.txt"}') },
  { name: "an encoded slash", see: get("/users/a%2Fb"), expected: answer(200, '{"id":"a/b"}') },
  { name: "encoded UTF-8", see: get("/users/caf%C3%A9"), expected: answer(200, '{"id":"caf\u00e9"}') },
  { name: "an encoding that is none", see: get("/users/%E0%A4%A"), expected: answer(400) },
  { name: "dot segments", see: get("/wild/../users/7"), expected: answer(200, contains("7")) },
  { name: "slashes in a row", see: get("//users//7"), expected: answer(404) },
  {
    name: "a trailing slash",
    see: get("/users/7/"),
    expected: answer(200, '{"id":"7"}'),
    but: { fastify: answer(404), hono: answer(404) },
  },
  {
    name: "a query of arrays and odd encodings",
    see: get("/query?a=1&a=2&b[]=3&b[]=4&c[d]=5&e=%E9&f=%&g=a+b&h"),
    expected: answer(200, contains('?a=1&a=2&b[]=3&b[]=4&c[d]=5&e=%E9&f=%&g=a+b&h","query":{"a":["1","2"],')),
  },
  { name: "PUT", see: asks(post("/users/7", JSON_TYPE, '{"a":1}', "PUT")), expected: answer(200, '{"id":"7","a":1}') },
  { name: "DELETE", see: asks({ path: "/users/7", method: "DELETE" }), expected: answer(204, "") },
  { name: "no such page", see: get("/none"), expected: answer(404) },
  {
    name: "a method that is not allowed",
    see: asks({ path: "/json", method: "DELETE" }),
    expected: answer(404),
    but: { koa: answer(405, undefined, "allow: POST") },
  },
  {
    name: "OPTIONS",
    see: asks({ path: "/users/7", method: "OPTIONS" }),
    expected: answer(204),
    but: {
      express: answer(200, undefined, /^allow: .*PUT/),
      koa: answer(200, undefined, /^allow: .*PUT/),
      fastify: answer(400),
    },
  },
  {
    name: "JSON",
    see: asks(post("/json", JSON_TYPE, json({ a: ["caf\u00e9", "\u{1f600}", null], b: { c: 1.5 } }))),
    expected: answer(200, json({ a: ["caf\u00e9", "\u{1f600}", null], b: { c: 1.5 } })),
  },
  { name: "JSON that is none", see: asks(post("/json", JSON_TYPE, "{")), expected: answer(400) },
  { name: "JSON that is too large", see: asks(post("/json", JSON_TYPE, json("x".repeat(2e6)))), expected: answer(413) },
  {
    name: "a form",
    see: asks(post("/form", FORM_TYPE, "a=1&b=caf%C3%A9+%2B&a=3")),
    expected: answer(200, json({ a: ["1", "3"], b: "caf\u00e9 +" })),
  },
  {
    name: "a client",
    see: get("/client", "X-Requested-With", "XMLHttpRequest"),
    expected: answer(200, contains('"ip":"127.0.0.1","protocol":"http","hostname":"site.test"')),
  },
  {
    name: "a client that forges X-Forwarded-For",
    see: get("/client", "X-Forwarded-For", "6.6.6.6", "X-Forwarded-Proto", "https", "X-Real-IP", "6.6.6.6"),
    expected: answer(
      200,
      contains('"127.0.0.1","protocol":"http","hostname":"site.test","forwardedFor":"6.6.6.6, 127.0.0.1"'),
    ),
  },
  {
    name: "basic authorization",
    see: get("/private", "Authorization", `Basic ${btoa("alice:secret")}`),
    expected: answer(200, '{"user":"alice"}'),
  },
  {
    name: "bearer authorization",
    see: get("/private", "Authorization", "Bearer a.b-c_d~e+f/g=="),
    expected: answer(200, '{"token":"a.b-c_d~e+f/g=="}'),
  },
  {
    name: "no authorization",
    see: get("/private"),
    expected: answer(401, contains("who?"), /^www-authenticate: Basic/),
  },
  {
    name: "a request header of 12 kB",
    see: get("/header", "X-Big", "b".repeat(12_000)),
    expected: answer(200, '{"size":12000}'),
  },
  {
    name: "a request header of 16 kB",
    see: get("/header", "X-Big", "b".repeat(16_384)),
    expected: answer(200, '{"size":16384}'),
  },
  {
    name: "a preflight",
    see: asks({
      method: "OPTIONS",
      path: "/json",
      headers: ["Origin", "https://a.test", "Access-Control-Request-Method", "PUT"],
    }),
    expected: answer(204, "", "access-control-allow-origin: https://a.test", /^access-control-allow-methods: .*PUT/),
  },
  {
    name: "another origin",
    see: get("/", "Origin", "https://a.test"),
    expected: answer(200, "home\n", "access-control-allow-origin: https://a.test"),
  },
];
