/** `npm run conformance`: runs the cases, and prints rule by way how many of them hold: docs/conformance.md. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Results {
  testResults: { assertionResults: { status: string; title: string; ancestorTitles: string[] }[] }[];
}

const WAYS = ["edge", "pool", "fastcgi"];

const folder = mkdtempSync(join(tmpdir(), "njsgi-"));
const file = join(folder, "results.json");
spawnSync("vitest", ["run", "test/conformance", "--reporter=json", `--outputFile=${file}`], { stdio: "ignore" });
const { testResults } = JSON.parse(readFileSync(file, "utf8")) as Results;
rmSync(folder, { recursive: true });

/** Of each rule and way, how many cases there are and how many hold. */
const table = new Map<string, Map<string, { all: number; held: number }>>();
for (const { status, title, ancestorTitles } of testResults.flatMap((result) => result.assertionResults)) {
  const rule = title.split(" ")[0]!;
  const way = WAYS.find((one) => ancestorTitles.join(" ").endsWith(one))!;
  const ways = table.get(rule) ?? new Map();
  const cell = ways.get(way) ?? { all: 0, held: 0 };
  table.set(rule, ways.set(way, { all: cell.all + 1, held: cell.held + (status === "passed" ? 1 : 0) }));
}

console.log("# Conformance\n");
console.log(
  "What `npm run conformance` printed: of each rule's cases, how many hold inside nginx, and in the pool by uwsgi",
);
console.log("and by FastCGI on kept connections. A dash: the rule is the pool's alone.\n");
console.log("| rule | edge | pool | FastCGI |\n| --- | --- | --- | --- |");
const byNumber = ([a]: [string, unknown], [b]: [string, unknown]) => a.localeCompare(b, "en", { numeric: true });
for (const [rule, ways] of [...table].sort(byNumber)) {
  const cells = WAYS.map((way) => ways.get(way)).map((cell) => (cell ? `${cell.held} of ${cell.all}` : "-"));
  console.log(`| ${rule} | ${cells.join(" | ")} |`);
}
