import ts from "typescript";
import { type Names, namesOf, variablesIn } from "./names.ts";

/**
 * Makes a function that is named in one place an expression there, so that it is made when a request gets to it. What
 * stands at the bundle's top level the njs engine makes for every request, at 0.03 us a function: that was a sixth of a
 * hello, and more with each application.
 */
export const inPlace: ts.TransformerFactory<ts.SourceFile> = (context) => (source) => {
  const moved = findMoved(source);
  const gone = new Set<ts.Node>(moved.values());
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (gone.has(node)) return undefined;
    const here = moved.get(node);
    return ts.visitEachChild(here ? expressionOf(here, context.factory) : node, visit, context);
  };
  return ts.visitEachChild(source, visit, context);
};

/** The functions to move, by the name whose place they take. */
function findMoved(source: ts.SourceFile): Map<ts.Node, ts.FunctionDeclaration> {
  const names = namesOf(source);
  const uses = Map.groupBy(variablesIn(source), (name) => names.symbolOf(name));
  const places = new Map<ts.FunctionDeclaration, ts.Identifier>();
  for (const node of source.statements) {
    if (!ts.isFunctionDeclaration(node) || !node.name) continue;
    const [use, ...others] = uses.get(names.symbolOf(node.name))!.filter((name) => name !== node.name);
    if (use && others.length === 0 && isOnce(use) && !isWithin(use, node)) places.set(node, use);
  }
  const moved = new Map<ts.Node, ts.FunctionDeclaration>();
  for (const [node, place] of places) if (!meansAnother(node, places, names)) moved.set(place, node);
  return moved;
}

/** Whether a call of its function of the top level gets to a name once: it is in no loop, and in no function within. */
function isOnce(name: ts.Identifier): boolean {
  let node: ts.Node = name.parent;
  while (!ts.isFunctionLike(node)) {
    if (ts.isIterationStatement(node, false) || ts.isSourceFile(node)) return false;
    node = node.parent;
  }
  return ts.isFunctionDeclaration(node) && ts.isSourceFile(node.parent);
}

/** Whether a name that a function has from without would be another thing where it is to move, and that with its home. */
function meansAnother(
  node: ts.FunctionDeclaration,
  places: ReadonlyMap<ts.Node, ts.Identifier>,
  { symbolOf, inScope }: Names,
): boolean {
  const outer = variablesIn(node).filter(
    (name) => !symbolOf(name)?.declarations?.some((declaration) => isWithin(declaration, node)),
  );
  for (let place = places.get(node); place; place = places.get(homeOf(place))) {
    const there = inScope(place);
    if (outer.some((name) => there.get(name.text) !== symbolOf(name))) return true;
  }
  return false;
}

/** The statement of the top level a node is in. */
function homeOf(node: ts.Node): ts.Node {
  return ts.isSourceFile(node.parent) ? node : homeOf(node.parent);
}

function isWithin(node: ts.Node, outer: ts.Node): boolean {
  return outer.pos <= node.pos && node.end <= outer.end;
}

/** It keeps its name, which a stack shows, and its place in the source map; no comment, behind which a `return` would end. */
function expressionOf(node: ts.FunctionDeclaration, factory: ts.NodeFactory): ts.FunctionExpression {
  const { modifiers, asteriskToken, name, parameters, body } = node;
  const kept = modifiers?.filter(ts.isModifier);
  const expression = factory.createFunctionExpression(
    kept,
    asteriskToken,
    name,
    undefined,
    parameters,
    undefined,
    body!,
  );
  ts.setTextRange(ts.setOriginalNode(expression, node), node);
  return ts.setEmitFlags(expression, ts.EmitFlags.NoLeadingComments);
}
