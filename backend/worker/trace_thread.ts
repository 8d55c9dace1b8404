/**
 * A thread of a worker that says where the main thread is, which also works while that is stuck. The master writes a line
 * to its pipe, and reads the requests the worker is at and its JavaScript stack, up to a NUL.
 */
import type { Debugger } from "node:inspector";
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { OPEN_REQUESTS, TRACE_FD } from "./options.ts";

const pipe = new Socket({ fd: TRACE_FD });
pipe.on("data", () => trace((text) => pipe.write(`${text}\0`)));

function trace(done: (text: string) => void): void {
  const session = new Session();
  const urls = new Map<string, string>();
  session.connectToMainThread();
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const frames = params.callFrames.map((frame) => line(frame, urls));
    // Where nothing runs, it pauses in the timer of the next beat, which is Node's own until then.
    const stack = frames.every((frame) => frame.includes("(node:")) ? "    idle" : frames.join("\n");
    const expression = `globalThis[Symbol.for(${JSON.stringify(OPEN_REQUESTS)})]()`;
    session.post("Runtime.evaluate", { expression }, (_error, answer) => {
      session.post("Debugger.disable");
      session.disconnect();
      done(`${String(answer?.result?.value)}${stack}`);
    });
  });
  session.post("Debugger.enable");
  // Takes hold at the next statement: of what runs, or of the next beat.
  session.post("Debugger.pause");
}

function line({ functionName, location }: Debugger.CallFrame, urls: Map<string, string>): string {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  return `    at ${functionName || "<anonymous>"} (${urls.get(scriptId)}:${lineNumber + 1}:${columnNumber + 1})`;
}
