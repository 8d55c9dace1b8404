import { describe, expect, it } from "vitest";
import { readTarget } from "../../backend/gateway/http_path.ts";

// What nginx 1.22.1 answered to each of these with `return 200 "$uri"`.
describe("nginx's $uri", () => {
  it.each([
    ["/", "/"],
    ["/a", "/a"],
    ["/a/", "/a/"],
    ["/a?b=c", "/a"],
    ["/a?b=%zz/../..", "/a"],
    ["/a#b?c", "/a"],
    ["/a;b=c", "/a;b=c"],
    ["/a+b", "/a+b"],
    ["/a\\b", "/a\\b"],
  ])("%s is the path alone: %s", is);

  it.each([
    ["/a%20b", "/a b"],
    ["/%41%6a%6A", "/Ajj"],
    ["/a%2Fb", "/a/b"],
    ["/a%2fb/", "/a/b/"],
    ["/a%2F", "/a/"],
    ["/%2F", "/"],
    ["/%25", "/%"],
    ["/%2541", "/%41"],
    ["/a%3Fb", "/a?b"],
    ["/a%23b", "/a#b"],
    ["/%2B", "/+"],
    ["/%01%0d%0a%7F", "/\x01\r\n\x7f"],
    ["/%C3%A9", "/\xc3\xa9"],
    ["/%FF%80", "/\xff\x80"],
    ["/\xc3\xa9\xff", "/\xc3\xa9\xff"],
  ])("%s is decoded once, bytes as latin-1: %j", is);

  it.each([
    ["//", "/"],
    ["//a///b//", "/a/b/"],
    ["/%2F%2F", "/"],
    ["/a/%2F/b", "/a/b"],
    ["/http://h/a", "/http:/h/a"],
  ])("%s has its slashes merged: %s", is);

  it.each([
    ["/.", "/"],
    ["/./", "/"],
    ["/a/.", "/a/"],
    ["/a/./b", "/a/b"],
    ["/%2e", "/"],
    ["/a/%2e", "/a/"],
    ["/.?x", "/"],
    ["/a/..", "/"],
    ["/a/../", "/"],
    ["/a/../b", "/b"],
    ["/a/b/..", "/a/"],
    ["/a/b/../", "/a/"],
    ["/a//../b", "/b"],
    ["/a/b/c/../../..", "/"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e/b", "/b"],
    ["/a%2F%2E%2E%2Fb", "/b"],
    ["/a/..?x", "/"],
    ["/a/..#x", "/"],
    ["/...", "/..."],
    ["/a/.../b", "/a/.../b"],
    ["/.a/..b/c../d.", "/.a/..b/c../d."],
    ["/a/..;/b", "/a/..;/b"],
  ])("%s has its dots resolved: %s", is);

  it.each([
    ["http://h", "/"],
    ["http://h/", "/"],
    ["http://h?x", "/"],
    ["http://h/a/../b", "/b"],
    ["http://h/a//b", "/a/b"],
    ["HTTP://h/a", "/a"],
    ["https://h:8/a%20b/", "/a b/"],
    ["http://[::1]:8/a", "/a"],
    ["http://h/a?http://x", "/a"],
    ["ftp://h/a", "/a"],
  ])("%s has its scheme and host cut: %s", is);

  it.each(["/%00", "/a%00b", "http://h/%00"])("%s has a NUL and is a 400", isBad);

  it.each(["/%", "/a%", "/%2", "/%2G", "/%zz", "/%%41", "http://h/%"])("%s has a bad %% and is a 400", isBad);

  it.each(["/..", "/../a", "/a/../..", "/a/../../b", "//..", "/%2e%2e", "/%2e%2e/a", "/..?x", "http://h/.."])(
    "%s leads above the root and is a 400",
    isBad,
  );

  // node:http lets all of these through
  it.each([
    "*",
    "http://user@h/a",
    "http:///a",
    "http://:8/a",
    "http://h:8x/",
    "http://a..b/",
    "http://./",
    "http://h_x/",
    "http://h;x/",
    "http://h%41/",
    "http://[::1/a",
  ])("%s is no target of nginx's and is a 400", isBad);

  function is(target: string, path: string): void {
    expect(readTarget(target)?.path).toBe(path);
  }

  function isBad(target: string): void {
    expect(readTarget(target)).toBeUndefined();
  }
});

describe("nginx's $request_uri and $args", () => {
  it.each([
    ["/", "/", ""],
    ["/a?", "/a?", ""],
    ["/a??b", "/a??b", "?b"],
    ["/%41?%42", "/%41?%42", "%42"],
    ["/a?b#c?d", "/a?b#c?d", "b"],
    ["/a#b?c", "/a#b?c", ""],
    ["http://h", "/", ""],
    ["http://h?x", "?x", "x"],
    ["http://h:8/a?b#c", "/a?b#c", "b"],
  ])("of %s are %s and %j", (target, uri, query) => {
    expect(readTarget(target)).toMatchObject({ uri, query });
  });
});
