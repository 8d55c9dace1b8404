import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rulesOf, SECTIONS, specification } from "../../njs/build/specification.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (...names: string[]) => readFileSync(join(ROOT, ...names), "utf8");

/** The linter's files: text by path from `njs/wsgi`. */
const files = readdirSync(join(ROOT, "njs/wsgi"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name): [string, string] => [name, read("njs/wsgi", name)]);
const rules = files.flatMap(([, text]) => rulesOf(text));

it("docs/contract.md is what the comments say: npm run docs", () => {
  expect(read("docs/contract.md")).toBe(specification());
});

describe("a rule", () => {
  it("stands in one of the specification's files", () => {
    const named = Object.values(SECTIONS).flat();
    const withRules = files.filter(([, text]) => /^ *\/\/= /m.test(text));
    expect(withRules.map(([name]) => name).toSorted()).toEqual(named.map((name) => `lint/${name}`).toSorted());
    expect(rules.length).toBeGreaterThan(40);
  });

  it("has an id of its own", () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  });

  it.each(files)("stands above the check that throws it: %s", (_name, text) => {
    const thrown = [...text.matchAll(/violation\(\s*"(\w+)"/g)].map(([, id]) => id!);
    const ids = thrown.filter((id, i) => id !== thrown[i - 1]);
    expect(rulesOf(text).map(({ id }) => id)).toEqual(ids);
  });

  it.each(rules)("$id is broken by a test of the linter", ({ id }) => {
    expect(read("test/unit/lint.test.ts") + read("test/unit/lint_environ.test.ts")).toContain(`"${id}"`);
  });
});

describe("a comment", () => {
  it("is a rule's, and goes on in the next line", () => {
    const source = "  //= E1a It has\n  //= `x`.\n  //  no rule\n  if (a) b();\n//= S12 Other.\n";
    expect(rulesOf(source)).toEqual([
      { id: "E1a", sentence: "It has `x`." },
      { id: "S12", sentence: "Other." },
    ]);
  });
});
