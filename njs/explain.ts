import { positions } from "njsgi:positions";

/** An error and where it was thrown, by the lines of its source: what nginx's log has of it. */
export function explain(error: unknown): string {
  const what = describe(error);
  const stack = error instanceof Error && typeof error.stack === "string" ? error.stack : "";
  // In QuickJS the stack is the place alone.
  const frames = stack.startsWith(what) ? stack.slice(what.length) : stack && `\n${stack}`;
  return what + inSources(frames);
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return Object.prototype.toString.call(error); // an object without a toString can be thrown too
  }
}

/** What has no source, as TypeScript's helpers, keeps its place in the bundle. QuickJS has a column, of the bundle's line. */
function inSources(frames: string): string {
  const table = JSON.parse(positions()) as { [file: string]: number[] };
  return frames.replace(/\(.*?:(\d+)(?::\d+)?\)$/gm, (place, line: string) => find(table, +line) ?? place);
}

function find(table: { [file: string]: number[] }, line: number): string | undefined {
  for (const file in table) {
    const lines = table[file]!;
    for (let i = 0; i < lines.length; i += 2) if (lines[i] === line) return `(${file}:${lines[i + 1]})`;
  }
  return undefined;
}
