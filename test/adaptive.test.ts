import { expect, it } from "vitest";
import { startInstance } from "./instance.ts";
import { until } from "./until.ts";

/** `--max-workers`: more workers while there is more to do. */

const BURNS = `export function application(environ, start_response) {
  const end = performance.now() + 20;
  while (performance.now() < end);
  start_response("200 OK", []);
  return ["burnt"];
}`;

it("grows under a load to --max-workers, and back to --workers after it", { timeout: 90_000 }, async () => {
  const pool = await startInstance({ "burns.ts": BURNS }, "--workers", "1", "--max-workers", "3");
  const count = async () => (await pool.status()).workers.length;
  const over = new AbortController();
  const client = async (): Promise<void> => {
    while (!over.signal.aborted) expect(await pool.ask("/burns")).toMatch(/burnt$/);
  };
  const clients = Array.from({ length: 12 }, client);
  await until("three workers", async () => (await count()) === 3, 30);
  over.abort();
  await Promise.all(clients);
  expect(await count()).toBe(3);
  await until("one worker", async () => (await count()) === 1, 60);
  expect(pool.output()).toContain("from 2 workers to 3, for there is more to do");
  expect(pool.output()).toContain("from 2 workers to 1, for there is less to do");
});
