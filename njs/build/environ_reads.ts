import ts from "typescript";
import { ALL, METHOD, partOf } from "../environ_parts.ts";
import { type Entry, findEntries } from "./entry_functions.ts";
import { findReaders, type Readers } from "./environ_readers.ts";

/**
 * The parts of the environ an application file reads, where its text proves that it reads no other: every use of the
 * environ is a key written out, or a call of a reader of njsgi's. One that goes further, into another call, a spread, a
 * variable, could be read for any key, and is built whole.
 * @returns bits of environ_parts.ts
 */
export function environReads(source: string, file: string): number {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const entries = findEntries(tree);
  if (!entries) return ALL;
  const readers = findReaders(tree);
  let parts = entries.isServer ? METHOD : 0;
  for (const entry of entries.functions) {
    const keys = keysRead(entry, readers);
    if (!keys) return ALL;
    for (const key of keys) parts |= partOf(key);
  }
  return parts;
}

/** The keys a function reads of its first parameter; undefined where they can't be told. */
function keysRead(entry: Entry, readers: Readers): string[] | undefined {
  if (identifiers(entry, "arguments").length > 0 || identifiers(entry, "eval").length > 0) return undefined;
  const parameter = entry.parameters[0];
  if (!parameter) return [];
  const { name, dotDotDotToken } = parameter;
  if (dotDotDotToken) return undefined;
  if (!ts.isIdentifier(name)) return patternKeys(name);
  const keys: string[] = [];
  for (const use of identifiers(entry, name.text)) {
    if (use === name) continue;
    const used = keysOfUse(use, readers);
    if (!used) return undefined;
    keys.push(...used);
  }
  return keys;
}

/** `environ.KEY`, `environ["key"]`, `const { KEY } = environ`, `query(environ)`; undefined for every other use. */
function keysOfUse(use: ts.Node, readers: Readers): readonly string[] | undefined {
  const { parent } = use;
  if (ts.isCallExpression(parent)) {
    const { expression, arguments: args } = parent;
    return ts.isIdentifier(expression) && args.length === 1 ? readers.get(expression.text) : undefined;
  }
  if (ts.isVariableDeclaration(parent) && parent.initializer === use) return patternKeys(parent.name);
  if (!ts.isPropertyAccessExpression(parent) && !ts.isElementAccessExpression(parent)) return undefined;
  // What is called on the environ has it as its `this`.
  if (parent.expression !== use || isCallee(parent)) return undefined;
  if (ts.isPropertyAccessExpression(parent)) return [parent.name.text];
  return ts.isStringLiteralLike(parent.argumentExpression) ? [parent.argumentExpression.text] : undefined;
}

function isCallee(node: ts.Expression): boolean {
  const { parent } = node;
  return (ts.isCallExpression(parent) && parent.expression === node) || ts.isTaggedTemplateExpression(parent);
}

/** The keys `{ KEY, "key": name = value }` takes; undefined with a rest or a computed key. */
function patternKeys(pattern: ts.BindingName): string[] | undefined {
  if (!ts.isObjectBindingPattern(pattern)) return undefined;
  const keys: string[] = [];
  for (const { dotDotDotToken, propertyName, name } of pattern.elements) {
    const key = propertyName ?? name;
    if (dotDotDotToken || !(ts.isIdentifier(key) || ts.isStringLiteral(key))) return undefined;
    keys.push(key.text);
  }
  return keys;
}

function identifiers(node: ts.Node, name: string): ts.Node[] {
  const found: ts.Node[] = ts.isIdentifier(node) && node.text === name ? [node] : [];
  node.forEachChild((child) => void found.push(...identifiers(child, name)));
  return found;
}
