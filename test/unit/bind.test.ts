import { describe, expect, it } from "vitest";
import { formatAddress, parseBind } from "../../backend/worker/bind.ts";

describe("bind", () => {
  it.each([
    ["unix:/run/njsgi.sock", { path: "/run/njsgi.sock" }],
    ["unix:.run/njsgi.sock", { path: ".run/njsgi.sock" }],
    ["unix:a:80", { path: "a:80" }],
    ["127.0.0.1:8000", { host: "127.0.0.1", port: 8000 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:8000", { host: "::1", port: 8000 }],
    ["[fe80::1%eth0]:65535", { host: "fe80::1%eth0", port: 65535 }],
    [":8000", { host: "0.0.0.0", port: 8000 }],
    ["fd:3", { fd: 3 }],
    ["fd:0", { fd: 0 }],
  ])("%s is %j", (text, bind) => {
    expect(parseBind(text)).toEqual(bind);
  });

  it.each([
    "",
    "8000",
    "localhost",
    "localhost:",
    "localhost:http",
    "localhost:-1",
    "localhost:65536",
    "localhost:99999999999999999999",
    "localhost:80 ",
    "::1:8000",
    "[::1]",
    "unix:",
    "/run/njsgi.sock",
    "http://localhost:80",
  ])("%j is refused by name, with what is wanted", (text) => {
    expect(() => parseBind(text)).toThrow(RangeError);
    expect(() => parseBind(text)).toThrow(`bind is "${text}", want unix:/path, host:port or fd:N`);
  });
});

describe("an address as bind has it", () => {
  it.each([
    ["/run/njsgi.sock", "unix:/run/njsgi.sock"],
    [{ address: "127.0.0.1", family: "IPv4", port: 8000 }, "127.0.0.1:8000"],
    [{ address: "::", family: "IPv6", port: 80 }, "[::]:80"],
  ])("%j is %s", (address, text) => {
    expect(formatAddress(address)).toBe(text);
  });

  it.each(["unix:/run/njsgi.sock", "127.0.0.1:8000", "[::1]:8000"])("%s goes there and back", (text) => {
    const bind = parseBind(text);
    const address =
      "path" in bind ? bind.path : "host" in bind ? { address: bind.host, family: "", port: bind.port } : "";
    expect(formatAddress(address)).toBe(text);
  });
});
