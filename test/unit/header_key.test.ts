import { describe, expect, it } from "vitest";
import { headerKey, isWithheld, joinValues } from "../../njs/wsgi/header_key.ts";

const cases = (name: string) => [
  name,
  name.toLowerCase(),
  name.toUpperCase(),
  name.replace(/./g, (character, at: number) => (at % 2 ? character.toUpperCase() : character.toLowerCase())),
];

describe("E3 a header's key", () => {
  it.each([
    ["Host", "HTTP_HOST"],
    ["User-Agent", "HTTP_USER_AGENT"],
    ["Accept", "HTTP_ACCEPT"],
    ["Accept-Encoding", "HTTP_ACCEPT_ENCODING"],
    ["Accept-Language", "HTTP_ACCEPT_LANGUAGE"],
    ["Cookie", "HTTP_COOKIE"],
    ["X-Forwarded-For", "HTTP_X_FORWARDED_FOR"],
    ["If-None-Match", "HTTP_IF_NONE_MATCH"],
    ["Proxy-Something", "HTTP_PROXY_SOMETHING"],
    ["DNT", "HTTP_DNT"],
    ["X-a.b!1", "HTTP_X_A.B!1"],
  ])("%s is %s in every letter case", (name, key) => {
    expect(cases(name).map(headerKey)).toEqual([key, key, key, key]);
    expect(isWithheld(key)).toBe(false);
  });

  it.each([
    ["E2", "Content-Type"],
    ["E2", "Content-Length"],
    ["E3", "Proxy"],
    ["E3", "Connection"],
    ["E3", "Keep-Alive"],
    ["E3", "Proxy-Authenticate"],
    ["E3", "Proxy-Authorization"],
    ["E3", "Proxy-Connection"],
    ["E3", "TE"],
    ["E3", "Trailer"],
    ["E3", "Transfer-Encoding"],
    ["E3", "Upgrade"],
    ["E3", "Expect"],
  ])("%s %s has none in any letter case", (_, name) => {
    expect(cases(name).map(headerKey)).toEqual([undefined, undefined, undefined, undefined]);
    expect(isWithheld("HTTP_" + name.toUpperCase().replaceAll("-", "_"))).toBe(true);
  });
});

describe("E3 a repeated header", () => {
  it.each([
    ["HTTP_COOKIE", "a; b"],
    ["HTTP_ACCEPT", "a, b"],
    ["HTTP_X_COOKIE", "a, b"],
    ["HTTP_COOKIE2", "a, b"],
  ])("%s is joined as %j", (key, joined) => {
    expect(joinValues(key, "a", "b")).toBe(joined);
  });
});
