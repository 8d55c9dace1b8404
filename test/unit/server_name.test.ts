import { expect, it } from "vitest";
import { completeServer } from "../../njs/wsgi/server_name.ts";
import type { Environ } from "../../njs/wsgi/types.ts";

function completed(environ: Partial<Environ>): Partial<Environ> {
  completeServer(environ as Environ);
  return environ;
}

it.each([
  ["site.test", "site.test"],
  ["site.test:8080", "site.test"],
  ["site.test:", "site.test"],
  ["a:b:c", "a"],
  ["[::1]", "[::1]"],
  ["[2001:db8::1]:8080", "[2001:db8::1]"],
  ["[::1", "[::1"],
  [":80", "localhost"],
  ["", "localhost"],
  [undefined, "localhost"],
])("E1 the Host %s makes SERVER_NAME %s, where there is none", (host, name) => {
  expect(completed({ HTTP_HOST: host })).toMatchObject({ SERVER_NAME: name });
});

it.each([
  ["http", "80"],
  ["https", "443"],
])("E1 %s makes SERVER_PORT %s, where there is none", (scheme, port) => {
  expect(completed({ "wsgi.url_scheme": scheme as "http" })).toMatchObject({ SERVER_PORT: port });
});

it("E1 what the server says stands", () => {
  const own = { SERVER_NAME: "own.test", SERVER_PORT: "1", HTTP_HOST: "forged:2" };
  expect(completed({ ...own })).toEqual(own);
});
