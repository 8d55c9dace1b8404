import ts from "typescript";
import { expect, it } from "vitest";
import { constantsInPlace } from "../../njs/build/constants.ts";

function changed(code: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, allowJs: true };
  const { outputText } = ts.transpileModule(`${code} export default f;`, {
    compilerOptions,
    transformers: { before: [constantsInPlace] },
  });
  return outputText.replace(/\s+/g, " ").replace(" export default f; ", "");
}

it.each<[what: string, code: string, becomes: string]>([
  ["wherever it is named", "const A = 1; function f() { return [A, A + 2]; }", "function f() { return [1, 1 + 2]; }"],
  ["above", "function f() { return A; } const A = 0x10;", "function f() { return 16; }"],
  ["as a shorthand", "const A = 1; function f() { return { A }; }", "function f() { return { A: 1 }; }"],
  ["not of a local of its name", "const A = 1; function f(A) { return A; }", "function f(A) { return A; }"],
  [
    "not of a property of its name",
    "const A = 1; function f(o) { return o.A + A; }",
    "function f(o) { return o.A + 1; }",
  ],
])("a number goes %s", (_what, code, becomes) => {
  expect(changed(code)).toBe(becomes);
});

it.each([
  ["a variable", "let A = 1; function f() { return A++; }"],
  ["what is computed", "const A = Date.now(); function f() { return A; }"],
  ["a function's own", "function f() { const A = 1; return A; }"],
])("%s stays", (_what, code) => {
  expect(changed(code)).toBe(code);
});
