import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { expect, it } from "vitest";
import { children } from "./children.ts";
import { useSite } from "./use_site.ts";

const MEGABYTE = 1024 * 1024;

const site = useSite({
  files: {
    "backend/apps/count.ts": `export async function application(environ, start_response) {
      let bytes = 0;
      for (let block; (block = await environ["wsgi.input"].read(65536)).length > 0; ) bytes += block.length;
      start_response("200 OK", [["Content-Type", "text/plain"]]);
      return [String(bytes)];
    }`,
  },
});

it("100 MB go to the pool, and njs reads none of them: nginx's memory stays what it was", async () => {
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { "Content-Length": 100 * MEGABYTE };
    const outgoing = httpRequest({ socketPath: site.socket, path: "/count", method: "POST", headers }, (incoming) => {
      incoming.toArray().then((chunks) => resolve(Buffer.concat(chunks).toString()), reject);
    });
    outgoing.on("error", reject);
    const block = Buffer.alloc(MEGABYTE);
    let sent = 0;
    const send = () => {
      while (sent < 100) {
        sent++;
        if (!outgoing.write(block)) return void outgoing.once("drain", send);
      }
      outgoing.end();
    };
    send();
  });
  expect(answer).toBe(String(100 * MEGABYTE));
  for (const pid of children(site.nginx.pid)) expect(peakMegabytes(pid)).toBeLessThan(50);
});

/** The most memory a process ever had. */
function peakMegabytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) / 1024;
}
