import type { Plugin } from "rollup";
import ts from "typescript";

/** Code, and the source map that says what it was made of: rollup makes one map of those of all steps. */
export interface Mapped {
  code: string;
  map: string;
}

/** A literal that ES5 has no form for. */
export class NewerLiteral extends SyntaxError {
  literal: string;
  /** From 1 on. */
  line: number;
  /** From 0 on, as source maps count. */
  column: number;

  constructor(file: string, literal: string, line: number, column: number) {
    super(`${file}(${line},${column + 1}): ${literal} has no form in ES5`);
    this.literal = literal;
    this.line = line;
    this.column = column;
  }
}

/** Strips the types of each module as it is read. Classes stay classes: rollup tree-shakes those better than ES5's. */
export function stripTypes(): Plugin {
  return {
    name: "strip-types",
    transform(code, id) {
      return id.endsWith(".ts") ? transpile(code, id, ts.ScriptTarget.ES2022) : null;
    },
  };
}

type Transformer = ts.TransformerFactory<ts.SourceFile>;

/** Changes the bundle. */
export function changed(name: string, transformer: Transformer): Plugin {
  return {
    name,
    renderChunk: (code, chunk) => transpile(code, chunk.fileName, ts.ScriptTarget.ES2022, [transformer]),
  };
}

/** Lowers the bundle, changed by `transformers` before. */
export function es5(...transformers: Transformer[]): Plugin {
  return {
    name: "es5",
    renderChunk(code, chunk) {
      const lowered = lower(code, chunk.fileName, transformers);
      const declared = lowered.code
        // TypeScript's own helpers: the njs engine makes a declared function for a third of what such a variable costs
        .replace(/^var (__\w+) = \(this && this\.\1\) \|\| function ?\(/gm, "function $1(")
        // njs 0.7.9 refuses `export { x as default }`
        .replace(/export \{ (\w+) as default \};/, "export default $1;");
      return { ...lowered, code: declared };
    },
  };
}

/**
 * Lowers code to what njs 0.7.9 reads: ES5, async functions too, since there a local can be stale after a native
 * `await`. TypeScript is the one compiler whose output for that loads in every njs.
 */
export function lower(code: string, name: string, transformers: Transformer[] = []): Mapped {
  return transpile(code, name, ts.ScriptTarget.ES5, [refuseNewerLiterals, ...transformers]);
}

function transpile(code: string, name: string, target: ts.ScriptTarget, before: Transformer[] = []): Mapped {
  const {
    outputText,
    sourceMapText,
    diagnostics = [],
  } = ts.transpileModule(code, {
    fileName: name,
    reportDiagnostics: true,
    transformers: { before },
    compilerOptions: {
      target,
      module: ts.ModuleKind.ESNext,
      allowJs: true,
      sourceMap: true,
      downlevelIteration: true,
      ignoreDeprecations: "6.0",
      verbatimModuleSyntax: true,
    },
  });
  if (diagnostics.length > 0) {
    const host = {
      getCanonicalFileName: (file: string) => file,
      getCurrentDirectory: () => "",
      getNewLine: () => "\n",
    };
    throw new SyntaxError(ts.formatDiagnostics(diagnostics, host).trim());
  }
  return { code: outputText.replace(/\/\/# sourceMappingURL=.*$/, ""), map: sourceMapText! };
}

/** TypeScript leaves these as they are, and njs 0.7.9 does not read a bundle that has one. */
const refuseNewerLiterals: Transformer = () => (source) => {
  const visit = (node: ts.Node): void => {
    const isNewer =
      ts.isBigIntLiteral(node) ||
      (ts.isRegularExpressionLiteral(node) && /[^gimy]/.test(/[a-z]*$/.exec(node.text)![0]));
    if (isNewer) {
      const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
      throw new NewerLiteral(source.fileName, node.getText(source), line + 1, character);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return source;
};
