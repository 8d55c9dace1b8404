import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { children } from "./children.ts";
import { get, packet } from "./packet.ts";
import { peakMemory } from "./peak_memory.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

const MEGABYTE = 1024 * 1024;

const site = useSite({
  files: {
    "backend/apps/count.ts": `import { Readable } from "node:stream";
    export async function application(environ, start_response) {
      const input = environ["wsgi.input"];
      let bytes = 0;
      if (environ.QUERY_STRING === "stream") {
        for await (const chunk of Readable.from(input.chunks(), { objectMode: false })) bytes += chunk.length;
      } else {
        for (let block; (block = await input.read(65536)).length > 0; ) bytes += block.length;
      }
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [String(bytes)];
    }`,
    "backend/apps/slow.ts": `export async function application(environ, start_response) {
      await environ["wsgi.input"].read(1);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }`,
  },
});

/** What the application answers to a body of zeros. */
function upload(megabytes: number, path = "/count"): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Length": megabytes * MEGABYTE };
    const outgoing = httpRequest({ socketPath: site.socket, path, method: "POST", headers }, (incoming) => {
      incoming.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject);
    });
    outgoing.on("error", reject);
    const block = Buffer.alloc(MEGABYTE);
    let sent = 0;
    const send = () => {
      while (sent < megabytes) {
        sent++;
        if (!outgoing.write(block)) return void outgoing.once("drain", send);
      }
      outgoing.end();
    };
    send();
  });
}

it("100 MB go to the pool, and njs reads none of them: nginx's memory stays what it was", async () => {
  expect(await upload(100)).toBe(String(100 * MEGABYTE));
  for (const pid of children(site.nginx.pid)) expect(peakMemory(pid)).toBeLessThan(50);
});

it.each([
  ["by blocks", "/count"],
  ["as a stream", "/count?stream"],
])(
  "1 GB goes to the pool, read %s, and the worker's memory stays what it was",
  { timeout: 120_000 },
  async (_, path) => {
    const [worker] = children(site.pool.pid);
    await upload(100, path);
    const before = peakMemory(worker!);
    expect(await upload(1024, path)).toBe(String(1024 * MEGABYTE));
    expect(peakMemory(worker!) - before).toBeLessThan(150);
  },
);

it("an application that does not read holds its client back", async () => {
  const vars = get("/slow", ["CONTENT_LENGTH", String(100 * MEGABYTE)]);
  const socket = connect(site.poolSocket, () => socket.write(packet(vars)));
  let taken = 0;
  const block = Buffer.alloc(65536);
  const send = (): boolean => socket.write(block, () => (taken += block.length)) && send();
  socket.on("connect", send).on("drain", send);
  let last = -1;
  await until("the connection to stand still", () => {
    const isStill = taken === last && taken > 0;
    last = taken;
    return isStill;
  });
  expect(last).toBeLessThan(2 * MEGABYTE);
  socket.destroy();
});
