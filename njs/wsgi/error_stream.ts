import type { ErrorStream } from "./types.ts";

/** `wsgi.errors`: each write is one line of the server's log, whatever it holds, so that no line can be forged. */
export function errorStream(logLine: (line: string) => void): ErrorStream {
  function write(text: string): void {
    logLine(text.replace(/\n$/, "").split("\n").join("\\n"));
  }
  return {
    write,
    writelines(lines) {
      for (const line of lines) write(line);
    },
    flush() {},
  };
}
