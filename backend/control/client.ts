import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import type { Answer, Request } from "./protocol.ts";
import { findControlPath } from "./runtime_folder.ts";

/**
 * Tells a running instance to do something.
 * @param name the instance's
 * @returns what it answers, once it has done it
 * @throws Error where there is no such instance, or it could not
 */
export async function tell(name: string, request: Request): Promise<unknown> {
  const path = findControlPath(name);
  if (!path) throw new Error(`no instance named "${name}" runs here: --name says which`);
  const socket = connect(path);
  try {
    await once(socket, "connect");
  } catch {
    throw new Error(`no instance named "${name}" runs here any more: nobody answers on ${path}`);
  }
  socket.write(`${JSON.stringify(request)}\n`);
  for await (const line of createInterface({ input: socket })) {
    socket.destroy();
    const answer = JSON.parse(line) as Answer;
    if ("error" in answer) throw new Error(answer.error);
    return answer.result;
  }
  throw new Error(`${name} ended before it answered`);
}
