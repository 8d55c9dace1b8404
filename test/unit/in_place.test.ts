import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { inPlace } from "../../njs/build/in_place.ts";
import { lower, type Mapped } from "../../njs/build/lower.ts";

const moved = (code: string): Mapped => lower(`${code}\nexport default main;\n`, "bundle.js", [inPlace]);

/** What `main()` returns. */
function run({ code }: Mapped): unknown {
  // oxlint-disable-next-line typescript/no-implied-eval -- the code is a bundle's
  return new Function(code.replace("export default main;", "return main();"))();
}

/** The functions that are left at the top level. */
function topLevel({ code }: Mapped): string[] {
  const { statements } = ts.createSourceFile("bundle.js", code, ts.ScriptTarget.ES5);
  return statements.filter(ts.isFunctionDeclaration).map(({ name }) => name!.text);
}

describe("a function moves to where it is named", () => {
  it.each<[what: string, code: string]>([
    ["once", "function main() { return a(1); } function a(n) { return n + 1; }"],
    ["as a value", "function main() { return { a: a }.a(1); } function a(n) { return n + 1; }"],
    ["as a shorthand", "function main() { return { a }.a(1); } function a(n) { return n + 1; }"],
    ["in a branch", "function main() { return true ? a() : b(); } function a() { return 2; } function b() {}"],
    ["behind a return", "function main() {\n return a();\n }\n/** A comment. */\nfunction a() { return 2; }"],
    ["as a statement", "var n = 1; function main() { a(); return n; } function a() { n = 2; }"],
    ["twice in one function", "function main() { return a() + a(); } function a() { return 1; }"],
    ["in a loop", "function main() { for (var n = 0; n < 2; ) n = a(n); return n; } function a(n) { return n + 1; }"],
    [
      "in a loop, where it is made once",
      "function main() { const all = []; while (all.length < 2) all.push(a); return all[0] === all[1] && 2; } function a() {}",
    ],
    ["in a closure", "function main() { return [1].map((n) => a(n))[0]; } function a(n) { return n + 1; }"],
    [
      "in a closure, where it is made once",
      "function main() { const get = () => a; return get() === get() && 2; } function a() {}",
    ],
    ["by one that moves", "function main() { return a(); } function a() { return b(); } function b() { return 2; }"],
    [
      "by one that moves to where it is named twice",
      "function main() { return a() + a(); } function a() { return b(); } function b() { return 1; }",
    ],
    [
      "by two that move",
      "function main() { return a() + b(); } function a() { return c(); } function b() { return c(); } function c() { return 1; }",
    ],
    [
      "by two that move, and stand below it",
      "function c() { return 1; } function main() { return a() + b(); } function a() { return c(); } function b() { return c(); }",
    ],
    ["by itself too", "function main() { return a(2); } function a(n) { return n > 0 ? 1 + a(n - 1) : 0; }"],
    ["above", "function a() { return 2; } function main() { return a(); }"],
    [
      "beside a local of its name",
      "function main() { return a() + b(); } function a() { return 2; } function b(a = 0) { return a; }",
    ],
    ["beside a property of its name", "function main() { return a() + ({ a: 0 }).a; } function a() { return 2; }"],
    [
      "with locals as those there",
      "function main() { const n = 1; return a(n); } function a(m) { const n = m; return n + 1; }",
    ],
  ])("%s", (_what, code) => {
    const bundle = moved(code);
    expect(topLevel(bundle)).toEqual(["main"]);
    expect(run(bundle)).toBe(2);
  });
});

describe("a function stays", () => {
  it.each<[what: string, code: string, functions: string[]]>([
    ["named in two", "function main() { return a() + b; } function a() { return 2; } var b = a() - 2;", ["main", "a"]],
    ["named at the top level", "function main() { return b; } function a() { return 2; } var b = a();", ["main", "a"]],
    [
      "that has a property set at the top level",
      "function main() { return a(2); } function b() {} function a(b) { return b; } a.b = b;",
      ["main", "b", "a"],
    ],
    [
      "that needs what is hidden there",
      "var n = 2; function main() { var n = 3; return a(n); } function a() { return n; }",
      ["main", "a"],
    ],
    [
      "that needs what is hidden further out",
      "var n = 2; function main() { var n = 3; return a(n); } function a() { return b(); } function b() { return n; }",
      ["main", "b"],
    ],
    [
      "that one within it keeps from moving",
      "var n = 2; function main() { var n = 3; return a(n); } function b() { return n; } function a() { return b(); }",
      ["main", "a"],
    ],
    [
      "that needs a global hidden there",
      "function main() { var Number = 3; return a(Number); } function a() { return Number('2'); }",
      ["main", "a"],
    ],
  ])("%s", (_what, code, functions) => {
    const bundle = moved(code);
    expect(topLevel(bundle)).toEqual(functions);
    expect(run(bundle)).toBe(2);
  });
});

it("a moved function keeps its name, its kind and its place in the source", async () => {
  const code =
    "function main() {\n return [a, b];\n}\nasync function a() {\n throw new Error();\n}\nfunction* b() {\n yield 1;\n}";
  const bundle = moved(code);
  const [a, b] = run(bundle) as [() => Promise<void>, () => Iterable<number>];
  expect([a.name, b.name]).toEqual(["a", "b"]);
  await expect(a()).rejects.toThrow();
  expect([...b()]).toEqual([1]);
  const lineOf = (found: string) => {
    const line = bundle.code.split("\n").findIndex((text) => text.includes(found));
    const column = bundle.code.split("\n")[line]!.indexOf(found);
    return originalPositionFor(new TraceMap(bundle.map), { line: line + 1, column }).line;
  };
  expect([lineOf("function a("), lineOf("throw new Error()"), lineOf("function b(")]).toEqual([4, 5, 7]);
});
