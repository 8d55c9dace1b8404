import ts from "typescript";

/** A function the server hands the environ to. */
export type Entry = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction | ts.MethodDeclaration;

/** What an application file exports as its application, as far as its text shows. */
export interface Entries {
  functions: Entry[];
  /** They are methods of a WsgiAServer, which has read the request's method before. */
  isServer: boolean;
}

/** @returns undefined where the application comes from anywhere but a function or a class written in this file */
export function findEntries(tree: ts.SourceFile): Entries | undefined {
  const exported = findExport(tree);
  if (!exported) return undefined;
  if (isFunction(exported)) return { functions: [exported], isServer: false };
  if (!ts.isNewExpression(exported) || !ts.isIdentifier(exported.expression)) return undefined;
  const functions = serverMethods(tree, exported.expression.text);
  return functions && { functions, isServer: true };
}

function isFunction(node: ts.Node): node is Entry {
  return ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);
}

/** What stands behind `export … application`: a function, or the value of a const. */
function findExport(tree: ts.SourceFile): ts.Node | undefined {
  for (const statement of tree.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    const modifiers = ts.getModifiers(statement)?.map((modifier) => modifier.kind) ?? [];
    if (!modifiers.includes(ts.SyntaxKind.ExportKeyword) || modifiers.includes(ts.SyntaxKind.DefaultKeyword)) continue;
    if (ts.isFunctionDeclaration(statement) && statement.name?.text === "application") return statement;
    if (!ts.isVariableStatement(statement) || !(statement.declarationList.flags & ts.NodeFlags.Const)) continue;
    const found = statement.declarationList.declarations.find(
      (declaration) => declaration.name.getText() === "application",
    );
    if (found) return found.initializer;
  }
  return undefined;
}

/** The methods of `class NAME extends WsgiAServer`, where nothing else in the file touches that class. */
function serverMethods(tree: ts.SourceFile, name: string): Entry[] | undefined {
  const declared = tree.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === name);
  if (!declared || !ts.isClassDeclaration(declared) || countIdentifiers(tree, name) !== 2) return undefined;
  const parent = declared.heritageClauses?.[0]?.types[0]?.expression.getText();
  if (parent !== "WsgiAServer" || !/import \{[^}]*\bWsgiAServer\b[^}]*\} from ["']njsgi["']/.test(tree.text))
    return undefined;
  const methods = declared.members.filter(ts.isMethodDeclaration);
  return methods.length === declared.members.length ? methods : undefined;
}

function countIdentifiers(node: ts.Node, name: string): number {
  let count = ts.isIdentifier(node) && node.text === name ? 1 : 0;
  node.forEachChild((child) => void (count += countIdentifiers(child, name)));
  return count;
}
