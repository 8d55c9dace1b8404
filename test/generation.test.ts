import { expect, it } from "vitest";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

const site = useSite({
  files: {
    "njs/apps/engine.js": `export function application(environ, start_response) {
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return ["njs " + njs.version + ", engine " + (njs.engine || "njs")];
    }`,
  },
});

/** What each generation is there for. */
const RUNS: Record<string, RegExp> = {
  debian13: /^njs 0\.8\.\d+, engine njs$/,
  testing: /^njs [1-9][\d.]+, engine njs$/,
  "testing-qjs": /^njs [1-9][\d.]+, engine QuickJS$/,
};

it("these tests run on the generation they are asked to", async () => {
  const { headers, text } = await request(site.socket, "/engine");
  console.log(`${headers.server}, ${text}`);
  expect(text).toMatch(RUNS[process.env.NGINX_GENERATION ?? ""] ?? /^njs /);
});
