import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import { type ExistingRawSourceMap, type OutputOptions, rollup, type RollupBuild, type SourceMap } from "rollup";
import { ALL } from "../environ_parts.ts";
import { environReads } from "./environ_reads.ts";
import { es5, NewerLiteral, stripTypes } from "./lower.ts";
import { NO_SOURCE } from "./positions.ts";

const NJSGI = fileURLToPath(new URL("../wsgi/njsgi.ts", import.meta.url));

/** What packages do, and run all the same. */
const HARMLESS = ["CIRCULAR_DEPENDENCY", "MODULE_LEVEL_DIRECTIVE", "THIS_IS_UNDEFINED"];

/** An application file as a module of the bundle: one function, which runs the file and returns what it exports. */
export interface Factory {
  /** The application's path as an identifier, which a stack shows. Not its module name: `a/b.ts` and `a_b.ts` share one. */
  name: string;
  code: string;
  /** To the files it was made of, by their absolute paths. */
  map: ExistingRawSourceMap;
  /** Bits of environ_parts.ts. */
  reads: number;
  /** Why the file does not compile. Its factory throws that. */
  error?: string;
}

/** @param app from `folder`, the edge's folder of applications */
export async function makeFactory(folder: string, app: string): Promise<Factory> {
  const name = `uwsgi_file_${app.replace(/\W/g, (character) => `$${character.charCodeAt(0)}$`)}`;
  const file = join(folder, app);
  try {
    const { code, map } = await compile(file);
    return {
      name,
      code: `export function ${name}() {\nvar exports = {};\n${code}\nreturn exports;\n}\n`,
      map: { ...map, mappings: `;;${map.mappings}` }, // behind the function's two lines
      reads: environReads(readFileSync(file, "utf8"), file),
    };
  } catch (thrown) {
    const error = `njs/apps/${app} does not compile: ${(thrown as Error).message}`;
    const code = `export function ${name}() {\nthrow new Error(${JSON.stringify(error)});\n}\n`;
    return { name, code, map: NO_SOURCE, reads: ALL, error };
  }
}

const OUTPUT: OutputOptions = {
  format: "cjs",
  exports: "named",
  strict: false,
  esModule: false,
  sourcemap: true,
  sourcemapPathTransform: (source, map) => resolve(dirname(map), source),
};

/** The file and what it imports, packages too, as one, lowered by itself so that TypeScript's helpers are inside it too. */
async function compile(file: string): Promise<{ code: string; map: SourceMap }> {
  const bundle = await rollup({
    input: file,
    plugins: [
      { name: "njsgi", resolveId: (id) => (id === "njsgi" ? NJSGI : null) },
      nodeResolve({ preferBuiltins: false }), // njs is no Node: node:fs and the like are not there
      stripTypes(),
    ],
    onwarn(warning) {
      if (warning.code !== undefined && HARMLESS.includes(warning.code)) return;
      throw new Error(warning.message);
    },
  });
  try {
    const { output } = await bundle.generate({ ...OUTPUT, plugins: [es5()] });
    return { code: output[0].code, map: output[0].map! };
  } catch (error) {
    throw error instanceof NewerLiteral ? await inItsFile(error, bundle) : error;
  }
}

/** The error by its literal's place in the source: what is lowered is the bundle. */
async function inItsFile({ literal, line, column }: NewerLiteral, bundle: RollupBuild): Promise<NewerLiteral> {
  const { output } = await bundle.generate(OUTPUT);
  const position = originalPositionFor(new TraceMap(String(output[0].map)), { line, column });
  return new NewerLiteral(position.source!, literal, position.line!, position.column!);
}
