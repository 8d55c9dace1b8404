import { realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { eachMapping, TraceMap } from "@jridgewell/trace-mapping";
import type { ExistingRawSourceMap, Plugin, SourceMap } from "rollup";

const PROJECT = join(import.meta.dirname, "../..");

/** The source map of what no file is the source of. */
export const NO_SOURCE: ExistingRawSourceMap = { version: 3, names: [], sources: [], mappings: "" };

/** In the bundle until its lines are known, in a place that is one line, as the table will be. */
const PLACEHOLDER = '"njsgi:positions"';

/**
 * The module `njsgi:positions`: where each line of the bundle comes from. In a function, which is called when an error is
 * logged: what stands at the bundle's top level, the njs engine runs for every request.
 * @param site the folder its files are named from; all others are named from the project's
 */
export function positions(site: string): Plugin {
  return {
    name: "positions",
    resolveId: (id) => (id === "njsgi:positions" ? id : null),
    load(id) {
      if (id !== "njsgi:positions") return null;
      return { code: `export function positions() {\nreturn ${PLACEHOLDER};\n}\n`, map: NO_SOURCE };
    },
    generateBundle({ dir = ".", file = join(dir, "none") }, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== "chunk") continue;
        const table = JSON.stringify(lineTable(chunk.map!, join(file, ".."), site));
        chunk.code = chunk.code.replace(PLACEHOLDER, () => JSON.stringify(table));
      }
    },
  };
}

/** By source file, `[line of the bundle, line of the file, the next line of the bundle, ...]`, all from 1 on. */
function lineTable(map: SourceMap, folder: string, site: string): { [file: string]: number[] } {
  const table: { [file: string]: number[] } = {};
  let last = 0;
  eachMapping(new TraceMap(String(map)), ({ generatedLine, source, originalLine }) => {
    if (source === null || generatedLine === last) return;
    last = generatedLine;
    (table[nameOf(join(folder, source), site)] ??= []).push(generatedLine, originalLine);
  });
  return table;
}

function nameOf(file: string, site: string): string {
  const folder = realpathSync(site);
  return relative(file.startsWith(folder + sep) ? folder : PROJECT, file);
}
