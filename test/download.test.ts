import { connect } from "node:net";
import { expect, it } from "vitest";
import { children } from "./children.ts";
import { peakMemory } from "./peak_memory.ts";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

const CHUNK = 65536;

const site = useSite({
  files: {
    "backend/apps/stream.ts": `let made = 0;
    export function* application(environ, start_response) {
      start_response("200 OK", [["Content-Type", "application/octet-stream"]]);
      if (environ.QUERY_STRING === "made") return yield String(made);
      const chunk = new Uint8Array(${CHUNK});
      for (made = 0; made < Number(environ.QUERY_STRING); made++) yield chunk;
    }`,
  },
});

/** Reads a response to its end, and counts its bytes. */
async function download(chunks: number): Promise<number> {
  const socket = connect(site.socket, () => socket.write(`GET /stream?${chunks} HTTP/1.0\r\n\r\n`));
  let bytes = 0;
  for await (const data of socket) bytes += (data as Buffer).length;
  return bytes;
}

it("2 GB go out, and the worker's memory stays what it was after 100 MB", { timeout: 120_000 }, async () => {
  expect(await download(1600)).toBeGreaterThan(1600 * CHUNK);
  const before = peakMemory(children(site.pool.pid)[0]!);
  expect(await download(32768)).toBeGreaterThan(32768 * CHUNK);
  expect(peakMemory(children(site.pool.pid)[0]!) - before).toBeLessThan(150);
});

it("a client that reads nothing holds no more than a few chunks", async () => {
  const made = async () => Number((await request(site.socket, "/stream?made")).text);
  const socket = connect(site.socket, () => socket.write("GET /stream?10000 HTTP/1.0\r\n\r\n"));
  let last = -1;
  await until("the application to wait", async () => {
    const now = await made();
    const isStill = now === last && now > 0;
    last = now;
    return isStill;
  });
  expect(last).toBeLessThan(100);
  socket.destroy();
});
