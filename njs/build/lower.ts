import type { Plugin } from "rollup";
import ts from "typescript";

/** Strips the types of each module as it is read. Classes stay classes: rollup tree-shakes those better than ES5's. */
export function stripTypes(): Plugin {
  return {
    name: "strip-types",
    transform(code, id) {
      return id.endsWith(".ts") ? transpile(code, id, ts.ScriptTarget.ES2022) : null;
    },
  };
}

/** Lowers the bundle. */
export function es5(): Plugin {
  return {
    name: "es5",
    renderChunk(code, chunk) {
      // njs 0.7.9 refuses `export { x as default }`
      return lower(code, chunk.fileName).replace(/export \{ (\w+) as default \};/, "export default $1;");
    },
  };
}

/**
 * Lowers code to what njs 0.7.9 reads: ES5, async functions too, since there a local can be stale after a native
 * `await`. TypeScript is the one compiler whose output for that loads in every njs.
 */
export function lower(code: string, name: string): string {
  return transpile(code, name, ts.ScriptTarget.ES5);
}

function transpile(code: string, name: string, target: ts.ScriptTarget): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(code, {
    fileName: name,
    reportDiagnostics: true,
    compilerOptions: {
      target,
      module: ts.ModuleKind.ESNext,
      allowJs: true,
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
  return outputText;
}
