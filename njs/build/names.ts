import ts from "typescript";

/** What the names of one file stand for. */
export interface Names {
  /** Undefined for a global. */
  symbolOf(name: ts.Identifier): ts.Symbol | undefined;
  /** All that have a meaning at some place of the file. */
  inScope(place: ts.Node): ReadonlyMap<string, ts.Symbol>;
}

export function namesOf(source: ts.SourceFile): Names {
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === source.fileName ? source : undefined),
    fileExists: (name) => name === source.fileName,
    readFile: () => undefined,
    writeFile() {},
    getDefaultLibFileName: () => "",
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
  };
  const options = { allowJs: true, noLib: true, noResolve: true, types: [] };
  const checker = ts.createProgram([source.fileName], options, host).getTypeChecker();
  return {
    symbolOf: (name) =>
      ts.isShorthandPropertyAssignment(name.parent)
        ? checker.getShorthandAssignmentValueSymbol(name.parent)
        : checker.getSymbolAtLocation(name),
    inScope: (place) =>
      new Map(checker.getSymbolsInScope(place, ts.SymbolFlags.Value).map((symbol) => [symbol.name, symbol])),
  };
}

/** Every name in `node` that stands for a variable: no property's. */
export function variablesIn(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  node.forEachChild(function visit(child) {
    if (ts.isIdentifier(child) && !isProperty(child)) found.push(child);
    child.forEachChild(visit);
  });
  return found;
}

function isProperty(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent)) &&
    parent.name === node
  );
}

/** The statement of the top level a node is in. */
export function homeOf(node: ts.Node): ts.Node {
  return ts.isSourceFile(node.parent) ? node : homeOf(node.parent);
}
