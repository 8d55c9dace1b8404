import { describe, expect, it } from "vitest";
import { cgiValue, utf8 } from "../../njs/wsgi/utf8.ts";

describe("E4 CGI values are bytes as latin-1", () => {
  it.each([
    ["", ""],
    ["/plain?a=b", "/plain?a=b"],
    ["caf\xe9", "caf\xc3\xa9"],
    ["\u2603", "\xe2\x98\x83"],
    ["\u{1f600}", "\xf0\x9f\x98\x80"],
    ["\0\x7f\x80\xff", "\0\x7f\xc2\x80\xc3\xbf"],
    ["\u{10ffff}\uffff", "\xf4\x8f\xbf\xbf\xef\xbf\xbf"],
    ["\ufeffmarked", "\xef\xbb\xbfmarked"],
  ])("%j is %j, there and back", (text, value) => {
    expect(cgiValue(text)).toBe(value);
    expect(utf8(value)).toBe(text);
  });

  it("every character that is one goes there and back", () => {
    for (let code = 0; code < 0x10000; code++) {
      if (code >= 0xd800 && code < 0xe000) continue;
      const text = `a${String.fromCharCode(code)}b`;
      if (utf8(cgiValue(text)) !== text) expect.fail(`U+${code.toString(16)}`);
    }
  });

  it.each([
    ["\xff", "\ufffd"],
    ["a\x80b", "a\ufffdb"],
    ["a\xc3", "a\ufffd"],
    ["\xc3b", "\ufffdb"],
    ["\xc0\xaf", "\ufffd\ufffd"],
    ["\xed\xa0\x80", "\ufffd\ufffd\ufffd"],
  ])("%j is no UTF-8 and reads %j", (value, text) => {
    expect(utf8(value)).toBe(text);
  });
});
