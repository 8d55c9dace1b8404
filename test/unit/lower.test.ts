import ts from "typescript";
import { describe, expect, it } from "vitest";
import { lower } from "../../njs/build/lower.ts";

const { SyntaxKind } = ts;

/** Syntax that ES5 has not, wherever it stands. Modules are the exception: njs has those. */
const NEWER = new Set([
  SyntaxKind.ArrowFunction,
  SyntaxKind.ArrayBindingPattern,
  SyntaxKind.AsteriskAsteriskEqualsToken,
  SyntaxKind.AsteriskAsteriskToken,
  SyntaxKind.AsyncKeyword,
  SyntaxKind.AwaitExpression,
  SyntaxKind.BarBarEqualsToken,
  SyntaxKind.AmpersandAmpersandEqualsToken,
  SyntaxKind.BigIntLiteral,
  SyntaxKind.ClassDeclaration,
  SyntaxKind.ClassExpression,
  SyntaxKind.ComputedPropertyName,
  SyntaxKind.ForOfStatement,
  SyntaxKind.MetaProperty,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.ObjectBindingPattern,
  SyntaxKind.PrivateIdentifier,
  SyntaxKind.QuestionDotToken,
  SyntaxKind.QuestionQuestionEqualsToken,
  SyntaxKind.QuestionQuestionToken,
  SyntaxKind.ShorthandPropertyAssignment,
  SyntaxKind.SpreadAssignment,
  SyntaxKind.SpreadElement,
  SyntaxKind.SuperKeyword,
  SyntaxKind.TaggedTemplateExpression,
  SyntaxKind.TemplateExpression,
  SyntaxKind.YieldExpression,
]);

function isNewer(node: ts.Node, source: ts.SourceFile): boolean {
  if (NEWER.has(node.kind)) return true;
  if (ts.isVariableDeclarationList(node)) return (node.flags & ts.NodeFlags.BlockScoped) !== 0;
  if (ts.isParameter(node)) return node.initializer !== undefined || node.dotDotDotToken !== undefined;
  if (ts.isFunctionLike(node) && "asteriskToken" in node) return node.asteriskToken !== undefined;
  if (ts.isCatchClause(node)) return node.variableDeclaration === undefined;
  if (ts.isNumericLiteral(node)) return /^0[bo]|_/i.test(node.getText(source));
  if (ts.isRegularExpressionLiteral(node)) return /[^/gim]/.test(flagsOf(node.text));
  return (
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind === SyntaxKind.EqualsToken &&
    (ts.isObjectLiteralExpression(node.left) || ts.isArrayLiteralExpression(node.left))
  );
}

const flagsOf = (literal: string) => literal.slice(literal.lastIndexOf("/"));

/** What of a program ES5 has not. */
function newerThanEs5(code: string): string[] {
  const source = ts.createSourceFile("code.js", code, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  function visit(node: ts.Node): void {
    if (isNewer(node, source)) found.push(node.getText(source));
    ts.forEachChild(node, visit);
  }
  visit(source);
  return found;
}

describe("lowered to ES5", () => {
  it.each([
    ["a class", "class A { #x = 1; static s = 2; y = 3; get x() { return this.#x } m() { return new.target } }"],
    ["a class that extends", "class B extends A { constructor() { super(1) } m() { return super.m() } }"],
    ["a class expression", "var A = class { m() {} };"],
    ["a generator", "function* g() { try { var x = yield 1; yield* h(x) } finally { end() } }"],
    ["an async function", "async function f() { await a; for await (var x of y) z(x) }"],
    ["an async generator", "async function* g() { yield await 1 }"],
    ["an async arrow", "var f = async (x) => { await x; return this };"],
    ["an arrow", "var f = (a) => a;"],
    ["let and const", "const a = 1; let b = 2;"],
    ["a let that a loop closes over", "for (let i = 0; i < 3; i++) fs.push(function () { return i });"],
    ["spread", "f(...a, ...b); var c = [...a, 1, ...b]; var d = { ...e, f: 1 }; new F(...a);"],
    ["for-of", "for (var x of y) { if (x) break; z(x) }"],
    ["destructuring", "var { a, b: [c = 1], ...d } = e; var [f, ...g] = h; function i({ j }, [k]) {}"],
    ["a destructuring assignment", "({ a, b: c.d } = e); [f, g] = [g, f];"],
    ["a template string", "var a = `b`, c = `d${e}f`, g = h`i${j}`;"],
    ["default and rest parameters", "function f(a = 1, ...b) {}"],
    ["object shorthands", "var o = { a, [b]: 1, m() {}, async n() {}, *g() {} };"],
    ["?. and ??", "var a = b?.c?.[d]?.(e) ?? f;"],
    ["**", "var a = b ** c; a **= 2;"],
    ["logical assignments", "a ||= b; a &&= b; a ??= b;"],
    ["a catch without its error", "try { a() } catch { b() }"],
    ["numbers", "var a = 0b11 + 0o17 + 1_000;"],
    ["what a module exports", "export const a = () => 1; export default class { m() {} }"],
  ])("%s", (_, code) => {
    expect(newerThanEs5(code)).not.toEqual([]);
    const lowered = lower(code, "app.js").code;
    expect(newerThanEs5(lowered)).toEqual([]);
  });

  it("what is ES5 stays as it is", () => {
    const code =
      'import a from "b";\nvar c = { get d() { return /e/gi; } };\nexport function f() { return this; }\nexport default c;\n';
    expect(newerThanEs5(code)).toEqual([]);
    expect(lower(code, "app.js").code).toBe(code);
  });

  // njs 0.7.9 reads none of these, and one stops nginx with the whole bundle
  it.each(["1n", "/a/s", "/a/u", "/a/gd", "/a/v"])("%s has no form in ES5 and is an error", (literal) => {
    expect(newerThanEs5(literal)).not.toEqual([]);
    expect(() => lower(`var a = 1;\nvar b = ${literal};`, "app.js")).toThrow(/^app\.js\(2,/);
  });
});

describe("code that does not parse", () => {
  it.each([
    ["var = 1;", "(1,5)"],
    ["var a = 1;\nfoo(", "(2,5)"],
    ["class {", "(1,8)"],
    ["var a = 1;\n\nreturn return;", "(3,8)"],
    ["'open", "(1,6)"],
  ])("%j is a SyntaxError with file and position %s", (code, position) => {
    const call = () => lower(code, "dir/app.js");
    expect(call).toThrow(SyntaxError);
    expect(call).toThrow(`dir/app.js${position}: error`);
  });
});
