import ts from "typescript";
import { namesOf, variablesIn } from "./names.ts";

type Constant = ts.VariableStatement & {
  declarationList: { declarations: [{ name: ts.Identifier; initializer: ts.NumericLiteral }] };
};

/**
 * Puts the numbers that are constants of the bundle's top level where they are named. The njs engine makes those of the top
 * level for every request: that was a fiftieth of a hello.
 */
export const constantsInPlace: ts.TransformerFactory<ts.SourceFile> = (context) => (source) => {
  const { symbolOf } = namesOf(source);
  const constants = new Map<ts.Symbol | undefined, string>();
  for (const statement of source.statements) {
    if (!isConstant(statement)) continue;
    const [{ name, initializer }] = statement.declarationList.declarations;
    constants.set(symbolOf(name), initializer.text);
  }
  const numbers = new Map<ts.Node, string>();
  for (const name of variablesIn(source)) {
    const number = constants.get(symbolOf(name));
    if (number !== undefined) numbers.set(name, number);
  }
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (isConstant(node)) return undefined;
    const number = numbers.get(ts.isShorthandPropertyAssignment(node) ? node.name : node);
    if (number === undefined) return ts.visitEachChild(node, visit, context);
    const literal = factory.createNumericLiteral(number);
    return ts.isShorthandPropertyAssignment(node) ? factory.createPropertyAssignment(node.name, literal) : literal;
  };
  return ts.visitEachChild(source, visit, context);
};

function isConstant(node: ts.Node): node is Constant {
  if (!ts.isVariableStatement(node) || !ts.isSourceFile(node.parent)) return false;
  const { flags, declarations } = node.declarationList;
  const [declaration, ...others] = declarations;
  return (
    (flags & ts.NodeFlags.Const) !== 0 && others.length === 0 && ts.isNumericLiteral(declaration!.initializer ?? node)
  );
}
