import ts from "typescript";

/** The keys that njsgi's readers read of the environ they are given. A test holds it to what they do. */
export const READERS: Readers = new Map([
  ["query", ["QUERY_STRING"]],
  ["cookies", ["HTTP_COOKIE"]],
  ["readForm", ["CONTENT_TYPE", "wsgi.input"]],
  ["readJson", ["CONTENT_TYPE", "wsgi.input"]],
]);

/** Keys of the environ, by the name of the function that reads them. */
export type Readers = ReadonlyMap<string, readonly string[]>;

/** The readers a file imports from njsgi under names it has for nothing else. */
export function findReaders(tree: ts.SourceFile): Readers {
  const readers = new Map<string, readonly string[]>();
  for (const statement of tree.statements) {
    if (!ts.isImportDeclaration(statement) || !isNjsgi(statement.moduleSpecifier)) continue;
    const imported = statement.importClause?.namedBindings;
    if (!imported || !ts.isNamedImports(imported)) continue;
    for (const specifier of imported.elements) {
      const keys = READERS.get((specifier.propertyName ?? specifier.name).text);
      if (keys && !isUsedOtherwise(tree, specifier)) readers.set(specifier.name.text, keys);
    }
  }
  return readers;
}

function isNjsgi(specifier: ts.Expression): boolean {
  return ts.isStringLiteral(specifier) && specifier.text === "njsgi";
}

/** Whether an import's name stands for anything but a call of it, as for a parameter that hides it. */
function isUsedOtherwise(node: ts.Node, specifier: ts.ImportSpecifier): boolean {
  if (node === specifier) return false;
  if (ts.isIdentifier(node) && node.text === specifier.name.text) return !isCallee(node) && !isKey(node);
  return node.forEachChild((child) => isUsedOtherwise(child, specifier) || undefined) ?? false;
}

function isCallee(node: ts.Identifier): boolean {
  return ts.isCallExpression(node.parent) && node.parent.expression === node;
}

/** `value.query`, `{ query: value }` */
function isKey(node: ts.Identifier): boolean {
  const { parent } = node;
  return (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
}
