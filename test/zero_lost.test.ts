import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { tell } from "../backend/control/client.ts";
import type { Status } from "../backend/master/status.ts";
import { children } from "./children.ts";
import { keepAliveClient } from "./keep_alive_client.ts";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** No request is lost, whatever happens to the pool and to nginx meanwhile. */

const CLIENTS = 32;

const site = useSite({
  workers: 3,
  files: {
    "njs/apps/edge.ts": `export function application(environ, start_response) {
      start_response("200 OK", []);
      return [environ.QUERY_STRING];
    }`,
    // Some take a while, so that there is always one in a worker that is to go.
    "backend/apps/pool.ts": `export async function application(environ, start_response) {
      if (environ.QUERY_STRING.endsWith("7")) await new Promise((resolve) => setTimeout(resolve, 20));
      start_response("200 OK", []);
      return [environ.QUERY_STRING];
    }`,
    "backend/apps/counts.ts": `import { appendFileSync, existsSync } from "node:fs";
    export async function application(environ, start_response) {
      appendFileSync(environ.QUERY_STRING, process.pid + " ");
      while (!existsSync(environ.QUERY_STRING + ".go")) await new Promise((resolve) => setTimeout(resolve, 10));
      start_response("200 OK", []);
      return [String(process.pid)];
    }`,
  },
});

const order = (command: string, operand?: string) => tell(basename(site.folder), { command, operand });

async function workerPids(): Promise<number[]> {
  return ((await order("status")) as Status).workers.map(({ pid }) => pid!);
}

interface Load {
  method: string;
  requests: number;
  reloads: number;
  /** What a request that is not idempotent may not live through: workers killed, and nginx's own reloads. */
  isHarsh: boolean;
}

it.each<Load>([
  { method: "GET", requests: 50_000, reloads: 10, isHarsh: true },
  { method: "POST", requests: 10_000, reloads: 4, isHarsh: false },
])(
  `of $requests $method requests over ${CLIENTS} connections none fails, with what kills: $isHarsh`,
  { timeout: 180_000 },
  async ({ method, requests, reloads, isHarsh }) => {
    const run = { sent: 0, killed: 0, isOver: false };
    const failures: string[] = [];
    const resent: number[] = [];
    const nginxReloads: { from: number; to: number }[] = [];

    async function client(index: number): Promise<void> {
      const { send, close } = keepAliveClient(site.socket, () => resent.push(performance.now()));
      while (!run.isOver) {
        const id = `${index}-${++run.sent}`;
        const path = run.sent % 10 === 0 ? "/edge" : "/pool";
        try {
          const { status, text } = await send(method, `${path}?${id}`);
          if (status !== 200 || text !== id) failures.push(`${path}?${id}: ${status} ${text}`);
        } catch (error) {
          failures.push((error as Error).message);
        }
      }
      close();
    }

    /** Every second, in the middle of whatever it is at. */
    async function killWorkers(): Promise<void> {
      for (; !run.isOver; await sleep(1000)) {
        const pids = await workerPids();
        process.kill(pids[run.killed++ % pids.length]!, "SIGKILL");
      }
    }

    async function reloadNginx(): Promise<void> {
      const old = new Set(children(site.nginx.pid));
      const from = performance.now();
      site.nginx.kill("SIGHUP");
      await until("nginx's old workers to go", () => children(site.nginx.pid).every((pid) => !old.has(pid)), 30);
      nginxReloads.push({ from, to: performance.now() });
    }

    const kills = isHarsh ? 10 : 0;
    async function change(): Promise<void> {
      const reloaded = () => site.pool.output().split(": reloaded\n").length - 1;
      const before = reloaded();
      for (let turn = 1; turn <= reloads; turn++) {
        if (turn % 2 === 0) await order("reload");
        else site.pool.kill("SIGHUP");
        await until(`reload ${turn}`, () => reloaded() === before + turn, 60);
        await order("scale", String([4, 2, 3][turn % 3]));
        if (isHarsh && turn % 3 === 0) await reloadNginx();
      }
      while (run.sent < requests || run.killed < kills) await sleep(100);
    }

    const began = performance.now();
    const others = [...Array.from({ length: CLIENTS }, (_, index) => client(index)), isHarsh && killWorkers()];
    await change().finally(() => (run.isOver = true));
    await Promise.all(others);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(
      `${run.sent} ${method} requests in ${seconds} s, ${failures.length} failed; ${reloads} reloads, ${run.killed} workers killed, ` +
        `${nginxReloads.length} reloads of nginx, ${resent.length} sent again on connections it had closed`,
    );
    expect(failures).toEqual([]);
    expect(resent.filter((at) => !nginxReloads.some(({ from, to }) => from <= at && at <= to))).toEqual([]);
    expect(run.sent).toBeGreaterThanOrEqual(requests);
  },
);

/** What ran the request that is told to count in a file, killed while it is at it. */
async function killAtWork(method: string): Promise<{ status: number; text: string; ran: number[] }> {
  const file = join(site.folder, ".run", method);
  writeFileSync(file, "");
  chmodSync(file, 0o666); // as root, workers are nginx's user
  const ran = () => readFileSync(file, "utf8").trim().split(" ").filter(Boolean).map(Number);
  const answer = request(site.socket, `/counts?${file}`, { method });
  await until("it to run", () => ran().length === 1);
  process.kill(ran()[0]!, "SIGKILL");
  writeFileSync(`${file}.go`, "");
  const { status, text } = await answer;
  return { status, text, ran: ran() };
}

it("a GET in a worker that is killed runs again in another one", async () => {
  const { status, text, ran } = await killAtWork("GET");
  expect({ status, ran: ran.length }).toEqual({ status: 200, ran: 2 });
  expect(Number(text)).toBe(ran[1]);
});

it.each(["POST", "PATCH"])("a %s in a worker that is killed is a 502, and has run once", async (method) => {
  const { status, ran } = await killAtWork(method);
  expect({ status, ran: ran.length }).toEqual({ status: 502, ran: 1 });
});
