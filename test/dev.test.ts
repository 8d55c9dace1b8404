import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { makeClone } from "./clone.ts";
import { freePort } from "./free_port.ts";
import { type Program, runProgram } from "./program.ts";
import { writeFile } from "./site.ts";
import { until } from "./until.ts";

/** `npm run dev` in a copy of the checkout: what is saved is what is served. */
const parent = mkdtempSync(join(tmpdir(), "njsgi-"));
const folder = join(parent, basename(parent)); // also the instance's name: other checkouts' tests have theirs
let dev: Program;
let port: number;

const says = (text: string) => `export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["${text}"];
}`;

const save = (name: string, text: string) => writeFile(join(folder, name), text);

/** The body; with the status before it, where that is not 200. */
async function get(path: string): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { Connection: "close" } });
  const text = await answer.text();
  return answer.status === 200 ? text : `${answer.status} ${text}`;
}

const served = (path: string, text: string) =>
  until(`${path} to answer "${text}"`, async () => (await get(path)).startsWith(text), 20);

beforeAll(async () => {
  makeClone(folder);
  for (const one of [folder, parent]) chmodSync(one, 0o755);
  save("njs/apps/light.ts", says("old"));
  save("backend/apps/heavy.ts", says("old"));
  port = await freePort();
  const log = join(parent, "log");
  dev = runProgram("npm", ["run", "dev"], { cwd: folder, log, env: { PORT: String(port), WEB_CONCURRENCY: "1" } });
  await dev.printed("njsgi is up");
});
beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(dev.output())));
afterAll(async () => {
  await dev.stop();
  rmSync(parent, { recursive: true });
});

it("serves an edge application as it is changed, and a new one", async () => {
  await served("/light", "old");
  save("njs/apps/light.ts", says("new"));
  await served("/light", "new");
  save("njs/apps/added.ts", says("added"));
  await served("/added", "added");
});

it("serves a pool application as it is changed", async () => {
  await served("/heavy", "old");
  save("backend/apps/heavy.ts", says("new"));
  await served("/heavy", "new");
});

it("shows the error of an edge application that does not compile at its path, and in the log; others answer", async () => {
  save("njs/apps/light.ts", "export const application = (;");
  await served("/light", "500 Error: njs/apps/light.ts does not compile");
  expect(dev.output()).toContain("njs/apps/light.ts does not compile");
  expect(await get("/hello")).toContain("Hello world!");
  expect(await get("/heavy")).toBe("new");
  save("njs/apps/light.ts", says("mended"));
  await served("/light", "mended");
});

it("keeps the bundle there is where the build fails, and says why", async () => {
  save("njs/apps/heavy.ts", says("twice"));
  await until("the reason", () => /both answer \/heavy: rename one[^]*all stays as it is/.test(dev.output()));
  expect(await get("/heavy")).toBe("new");
  expect(await get("/light")).toBe("mended");
  rmSync(join(folder, "njs/apps/heavy.ts"));
  save("njs/apps/light.ts", says("after"));
  await served("/light", "after");
});

it("follows the routes in both places", async () => {
  const routes = readFileSync(join(folder, "njs/routes.ts"), "utf8");
  save("njs/routes.ts", routes.replace(/(mounts[^{]*\{)/, '$1 "/mounted": { place: "pool", app: "heavy.ts" },'));
  await served("/mounted/below", "new");
});
