import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { clearSocketPath, withSocketMode } from "../worker/bind.ts";
import type { Answer, Request } from "./protocol.ts";

/** What an instance does when it is told to, by command. What it returns is the answer, as JSON. */
export type Handlers = { [command: string]: (operand: string | undefined) => unknown };

export interface ControlServer {
  /** None while the instance is starting. */
  handlers: Handlers;
  close(): void;
}

/**
 * Takes commands on a unix socket that its owner alone can connect to: a line of JSON each, answered by one.
 * @param name the instance's
 * @throws Error where another instance of that name runs
 */
export async function openControl(name: string, path: string): Promise<ControlServer> {
  await clearSocketPath(path).catch((error: Error) => {
    throw new Error(`an instance named "${name}" runs already, --name gives this one another: ${error.message}`);
  });
  const control: ControlServer = { handlers: {}, close: () => void server.close() };
  // A client may end its side behind its last command.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    void answer(socket, control);
  });
  const listening = once(server, "listening");
  withSocketMode(0o600, () => server.listen(path));
  await listening;
  server.unref();
  return control;
}

async function answer(socket: Socket, control: ControlServer): Promise<void> {
  socket.on("error", () => {}); // a client that has gone wants no answer
  for await (const line of createInterface({ input: socket })) {
    socket.write(`${JSON.stringify(await handle(line, control.handlers))}\n`);
  }
  socket.end();
}

async function handle(line: string, handlers: Handlers): Promise<Answer> {
  try {
    if (Object.keys(handlers).length === 0) throw new Error("the instance is still starting");
    const { command, operand } = JSON.parse(line) as Request;
    if (!Object.hasOwn(handlers, command)) throw new Error(`no command "${command}"`);
    return { result: (await handlers[command]!(operand)) ?? null };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
