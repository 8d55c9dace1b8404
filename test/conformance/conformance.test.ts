import { describe, expect, it } from "vitest";
import { type RequestOptions, request } from "../request.ts";
import { until } from "../until.ts";
import { useSite } from "../use_site.ts";
import { body } from "./body.ts";
import type { Case, Visit } from "./case.ts";
import { environs } from "./environ.ts";
import { head } from "./head.ts";

/** CONTRACT.md's rules, each case once at the edge and once in the pool: one table, two runtimes. */
const CASES: Case[] = [...environs, ...head, ...body];

const files: Record<string, string> = {};
const mounts: Record<string, unknown> = {};
CASES.forEach(({ app, only, configuration }, n) => {
  if (only !== "pool") files[`njs/apps/case${n}.js`] = app;
  files[`backend/apps/pool/case${n}.js`] = app;
  if (!configuration) return;
  mounts[`/case${n}`] = { place: "edge", app: `case${n}.js`, environ: configuration };
  mounts[`/pool/case${n}`] = { place: "pool", app: `pool/case${n}.js`, environ: configuration };
});
files["njs/routes.ts"] = `export const mounts = ${JSON.stringify(mounts)};`;

const site = useSite({ files });

function visit(place: "edge" | "pool", n: number): Visit {
  const path = place === "edge" ? `/case${n}` : `/pool/case${n}`;
  const log = place === "edge" ? site.errorLog : site.pool.output;
  const before = log().length;
  const count = (text: string) => log().slice(before).replaceAll('\\"', '"').split(text).length - 1;
  return {
    place,
    path,
    socket: site.socket,
    ask: (options?: RequestOptions) => request(site.socket, path, options),
    async logged(text) {
      await until(`"${text}" in the log`, () => count(text) > 0);
      return count(text);
    },
  };
}

describe.each(["edge", "pool"] as const)("at the %s", (place) => {
  const cases = CASES.map((one, n) => [one.rule, one.holds, one, n] as const).filter(
    ([, , { only }]) => place === "pool" || only !== "pool",
  );
  it.each(cases)("%s %s", async (_rule, _holds, { check }, n) => {
    await check(visit(place, n));
    expect(site.pool.output(), "the worker lives").not.toContain("takes its place");
  });
});
