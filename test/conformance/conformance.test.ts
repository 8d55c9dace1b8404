import { describe, expect, it } from "vitest";
import { type RequestOptions, request } from "../request.ts";
import { withTransport } from "../transports.ts";
import { until } from "../until.ts";
import { useSite } from "../use_site.ts";
import { body } from "./body.ts";
import type { Case, Visit, Way } from "./case.ts";
import { environs } from "./environ.ts";
import { head } from "./head.ts";

/** CONTRACT.md's rules, each case once at the edge, and once in the pool by uwsgi and by FastCGI: one table. */
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

const site = useSite({
  files,
  serve: ["--root", "backend/apps", "--bind", "fastcgi:unix:.run/fastcgi.sock"],
  conf: (conf) => withTransport(conf, "fastcgi", "listen unix:.run/nginx-fastcgi.sock;", ".run/fastcgi.sock"),
});

function visit(way: Way, n: number): Visit {
  const place = way === "edge" ? "edge" : "pool";
  const path = place === "edge" ? `/case${n}` : `/pool/case${n}`;
  const socket = way === "fastcgi" ? `${site.folder}/.run/nginx-fastcgi.sock` : site.socket;
  const log = place === "edge" ? site.errorLog : site.pool.output;
  const before = log().length;
  const count = (text: string) => log().slice(before).replaceAll('\\"', '"').split(text).length - 1;
  return {
    way,
    place,
    path,
    socket,
    ask: (options?: RequestOptions) => request(socket, path, options),
    async logged(text) {
      await until(`"${text}" in the log`, () => count(text) > 0);
      return count(text);
    },
  };
}

describe.each<Way>(["edge", "pool", "fastcgi"])("%s", (way) => {
  const cases = CASES.map((one, n) => [one.rule, one.holds, one, n] as const).filter(
    ([, , { only }]) => way !== "edge" || only !== "pool",
  );
  it.each(cases)("%s %s", async (_rule, _holds, { check }, n) => {
    await check(visit(way, n));
    expect(site.pool.output(), "the worker lives").not.toContain("takes its place");
  });
});
