import { Writable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { log } from "../gateway/log.ts";

/** A line that does not end is an entry at so many characters. */
const LONGEST_LINE = 65536;

/**
 * Makes process.stdout and process.stderr, and with them the console, write to the error log: an entry for the lines
 * that each write completes. In this process, so that nobody stands between an application and its log.
 */
export function logApplicationOutput(): void {
  Object.defineProperty(process, "stdout", { value: lineWriter("stdout"), enumerable: true, configurable: true });
  Object.defineProperty(process, "stderr", { value: lineWriter("stderr"), enumerable: true, configurable: true });
}

function lineWriter(stream: "stdout" | "stderr"): Writable {
  const decoder = new StringDecoder(); // a character may come in two writes
  let open = "";

  function entry(text: string): void {
    log(text, { stream, level: stream === "stderr" ? "error" : "info" });
  }

  process.on("exit", () => open !== "" && entry(open));
  return new Writable({
    write(bytes: Buffer, _encoding, done) {
      open += decoder.write(bytes);
      const end = open.length < LONGEST_LINE ? open.lastIndexOf("\n") : open.length;
      if (end !== -1) {
        entry(open.slice(0, end));
        open = open.slice(end + 1);
      }
      done();
    },
  });
}
