import ts from "typescript";
import { homeOf, type Names, namesOf, variablesIn } from "./names.ts";

/** Where a function of the top level goes. */
interface Move {
  /** The function of the top level it is in then, which may have moved too. */
  home: ts.FunctionDeclaration;
  /** The name whose place it takes, or the body it is declared in. */
  place: ts.Identifier | ts.Block;
}

type Moves = Map<ts.FunctionDeclaration, Move>;

/**
 * Moves functions of the bundle's top level to where they are named, so that they are made when a request gets there. What
 * stands at the top level the njs engine makes for every request, at 0.03 us a function: that was a fifth of a hello, and
 * more with each application.
 */
export const inPlace: ts.TransformerFactory<ts.SourceFile> = (context) => (source) => {
  const { factory } = context;
  const moves = findMoves(source);
  const byPlace = Map.groupBy(moves.keys(), (node) => moves.get(node)!.place as ts.Node);
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isFunctionDeclaration(node) && moves.has(node)) return undefined;
    const here = byPlace.get(node);
    if (!here) return ts.visitEachChild(node, visit, context);
    if (ts.isIdentifier(node)) return ts.visitEachChild(expressionOf(here[0]!, factory), visit, context);
    const inside = here.map((declaration) => ts.visitEachChild(declaration, visit, context));
    const block = ts.visitEachChild(node as ts.Block, visit, context);
    return factory.updateBlock(block, [...block.statements, ...inside]);
  };
  return ts.visitEachChild(source, visit, context);
};

/** One that is named once goes there, one that is named in a single other function, or what that has moved in, goes there. */
function findMoves(source: ts.SourceFile): Moves {
  const names = namesOf(source);
  const uses = Map.groupBy(variablesIn(source), (name) => names.symbolOf(name));
  const moves: Moves = new Map();
  for (let before = -1; moves.size > before;) {
    before = moves.size;
    for (const node of source.statements) {
      if (!ts.isFunctionDeclaration(node) || !node.name || moves.has(node)) continue;
      const named = uses.get(names.symbolOf(node.name))!.filter((use) => !chainOf(use, moves).includes(node));
      const move = moveTo(named, moves);
      if (move && !meansAnother(node, move, moves, names)) moves.set(node, move);
    }
  }
  return moves;
}

function moveTo(uses: ts.Identifier[], moves: Moves): Move | undefined {
  const chains = uses.map((use) => chainOf(use, moves));
  const home = chains[0]?.find((node) => chains.every((chain) => chain.includes(node)));
  if (!home || !ts.isFunctionDeclaration(home)) return undefined;
  const [use, ...others] = uses as [ts.Identifier];
  return { home, place: others.length === 0 && isOnce(use) ? use : home.body! };
}

/** The statement of the top level a node is in, then those that one is in. */
function chainOf(node: ts.Node, moves: Moves): ts.Node[] {
  const home = homeOf(node);
  const move = moves.get(home as ts.FunctionDeclaration);
  return move ? [home, ...chainOf(move.home, moves)] : [home];
}

/** Whether a call of its function of the top level gets to a value once: it is in no loop, and in no function within. */
function isOnce(name: ts.Identifier): boolean {
  let node: ts.Node = name.parent;
  if (ts.isShorthandPropertyAssignment(node)) return false; // a name and no value
  for (; !ts.isFunctionLike(node); node = node.parent) if (ts.isIterationStatement(node, false)) return false;
  return node === homeOf(node);
}

/** Whether a name that a function, or one that has moved into it, has from without would be another thing there. */
function meansAnother(node: ts.FunctionDeclaration, to: Move, moves: Moves, { symbolOf, inScope }: Names): boolean {
  const inside = [...moves].filter(([, { home }]) => chainOf(home, moves).includes(node)).map(([moved]) => moved);
  const outer = [node, ...inside].flatMap((moving) =>
    variablesIn(moving).filter((name) => !symbolOf(name)?.declarations?.some((it) => isWithin(it, moving))),
  );
  for (let move: Move | undefined = to; move; move = moves.get(move.home)) {
    const there = inScope(move.place);
    if ([node.name!, ...outer].some((name) => there.get(name.text) !== symbolOf(name))) return true;
  }
  return false;
}

function isWithin(node: ts.Node, outer: ts.FunctionDeclaration): boolean {
  return node !== outer && outer.pos <= node.pos && node.end <= outer.end;
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
