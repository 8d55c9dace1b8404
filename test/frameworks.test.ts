import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { answers } from "./frameworks/answers.ts";
import type { Framework } from "./frameworks/case.ts";
import { explained, explanationOf } from "./frameworks/explained.ts";
import { requests } from "./frameworks/requests.ts";
import { transfers } from "./frameworks/transfers.ts";
import { useApp, useNest } from "./frameworks/use_app.ts";
import { PROJECT } from "./site.ts";
import { SIDES } from "./two_servers.ts";

/** Programs of today's frameworks, unedited: over uwsgi and FastCGI they answer as behind proxy_pass to plain Node, cell by cell. */

const CASES = [...requests, ...answers, ...transfers];

const file = (name: string) => () => join(PROJECT, "test/frameworks", name);

const APPS: [app: string, framework: Framework, program: () => string][] = [
  ["Express", "express", file("express.ts")],
  ["Koa", "koa", file("koa.ts")],
  ["Fastify", "fastify", file("fastify.ts")],
  ["Hono", "hono", file("hono.ts")],
  ["Hono by its node-server", "hono", file("hono_server.ts")],
  ["Nest", "nest", useNest],
];

vi.stubEnv("NODE_ENV", "production");

describe.each(APPS)("%s", (app, framework, program) => {
  const ports = useApp(program());

  it.each(CASES)("$name", async ({ name, see, expected, but }) => {
    const [uwsgi, proxy] = await Promise.all(SIDES.map((side) => see(ports[side])));
    const fastcgi = await see(ports.fastcgi); // not beside the others: one worker has both, and what it counts
    expect(uwsgi).toMatchObject(but?.[framework] ?? expected);
    const explanation = explanationOf(name, app);
    for (const [side, got] of Object.entries({ proxy, fastcgi })) {
      const own = explanation?.[side as "proxy" | "fastcgi"];
      if (own) expect(got, side).toMatchObject(own);
      else expect(got, side).toEqual(uwsgi);
    }
  });
});

it("docs/frameworks.md has the same table, and whatever is explained", () => {
  const text = readFileSync(join(PROJECT, "docs/frameworks.md"), "utf8").replaceAll(/\s+/g, " ");
  const rows = CASES.map(({ name }) => {
    const cells = APPS.map(([app]) => (explanationOf(name, app) ? "explained" : "="));
    return `| ${[name, ...cells].join(" | ")} |`;
  });
  expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  expect(explained.filter(({ name, why }) => !text.includes(`| ${name} | ${why} |`))).toEqual([]);
});
