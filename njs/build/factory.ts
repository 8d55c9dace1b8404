import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rollup } from "rollup";
import { ALL } from "../environ_parts.ts";
import { environReads } from "./environ_reads.ts";
import { lower, stripTypes } from "./lower.ts";

const NJSGI = fileURLToPath(new URL("../wsgi/njsgi.ts", import.meta.url));

/** An application file as a function of the bundle, which runs it and returns what it exports. */
export interface Factory {
  /** The application's path as an identifier, which a stack shows. Not its module name: `a/b.ts` and `a_b.ts` share one. */
  name: string;
  code: string;
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
    const body = await compile(file);
    const code = `function ${name}() {\nvar exports = {};\n${body}\nreturn exports;\n}\n`;
    return { name, code, reads: environReads(readFileSync(file, "utf8"), file) };
  } catch (thrown) {
    const error = `njs/apps/${app} does not compile: ${(thrown as Error).message}`;
    return { name, code: `function ${name}() {\nthrow new Error(${JSON.stringify(error)});\n}\n`, reads: ALL, error };
  }
}

/** The file and what it imports as one, lowered by itself so that TypeScript's helpers are inside it too. */
async function compile(file: string): Promise<string> {
  const bundle = await rollup({
    input: file,
    plugins: [{ name: "njsgi", resolveId: (id) => (id === "njsgi" ? NJSGI : null) }, stripTypes()],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: "cjs", exports: "named", strict: false, esModule: false });
  return lower(output[0].code, output[0].fileName);
}
