import { ask, comparable, type Got, type Sent } from "../two_servers.ts";
import { expect } from "vitest";

export type Framework = "express" | "koa" | "fastify" | "hono" | "nest";

export interface Case {
  name: string;
  /** What a client sees of nginx on this port: the same on both sides. */
  see: (port: number) => Promise<object>;
  /** What it has to be. */
  expected: object;
  /** What it is where a framework decides otherwise. */
  but?: Partial<Record<Framework, object>>;
}

/** @param next what is asked then, of the first answer */
export function asks(sent: Sent, ...next: ((got: Got) => Sent)[]): Case["see"] {
  return async (port) => {
    let got = await ask(port, sent);
    for (const following of next) got = await ask(port, following(got));
    return comparable(got);
  };
}

/** An answer's status, all of its body, and some of its headers. */
export function answer(status: number, body?: unknown, ...headers: (string | RegExp)[]): object {
  const lines = headers.map((line) => (typeof line === "string" ? line : expect.stringMatching(line)));
  const text = typeof body === "string" ? Buffer.from(body).toString("latin1") : body;
  return {
    status,
    isCut: false,
    headers: expect.arrayContaining(lines),
    ...(body === undefined ? {} : { body: text }),
  };
}

export function post(path: string, type: string, body: string | Uint8Array, method = "POST"): Sent {
  return { method, path, headers: ["Content-Type", type, "Content-Length", String(Buffer.byteLength(body))], body };
}

export function headerOf({ headers }: Got, name: string): string {
  const line = headers.find((one) => one.startsWith(`${name}: `));
  if (line === undefined) throw new Error(`want a header ${name}, found ${headers.join("; ")}`);
  return line.slice(name.length + 2);
}

/** What its cookies are sent back as. */
export function cookiesOf({ headers }: Got): string[] {
  const set = headers.filter((line) => line.startsWith("set-cookie: "));
  return set.flatMap((line) => ["Cookie", line.slice("set-cookie: ".length).split(";")[0]!]);
}
