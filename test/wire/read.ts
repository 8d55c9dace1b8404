import { fastcgiReader } from "../../backend/wire/fastcgi.ts";
import { type Decode, PacketError } from "../../backend/wire/packet.ts";
import { decode as scgi } from "../../backend/wire/scgi.ts";
import { decode as uwsgi } from "../../backend/wire/uwsgi.ts";

export type Protocol = "uwsgi" | "scgi" | "fastcgi";
export type Var = [name: string, value: string];

/** What a connection's bytes are read as, however they come. All text is one character a byte. */
export interface Read {
  /** By uwsgi or SCGI. */
  vars?: Var[];
  body?: string;
  ping?: true;
  /** By FastCGI. */
  events?: Event[];
  /** The line of what is no request. */
  error?: string;
}

export type Event =
  | { request: number; vars: Var[]; isKept: boolean }
  | { body: string }
  | { bodyEnd: true }
  | { abort: true }
  | { reply: string };

/** @throws Error of any kind but PacketError */
export function read(protocol: Protocol, chunks: Buffer[]): Read {
  return protocol === "fastcgi" ? readFastcgi(chunks) : readPacket(protocol === "uwsgi" ? uwsgi : scgi, chunks);
}

function readPacket(decode: Decode, chunks: Buffer[]): Read {
  let received = Buffer.alloc(0);
  for (const [at, chunk] of chunks.entries()) {
    received = Buffer.concat([received, chunk]);
    try {
      const packet = decode(received, 65535);
      if (packet?.type === "ping") return { ping: true };
      if (!packet) continue;
      const body = Buffer.concat([received.subarray(packet.end), ...chunks.slice(at + 1)]);
      return { vars: pairsOf(packet.vars), body: body.toString("latin1") };
    } catch (error) {
      return { error: line(error) };
    }
  }
  return {};
}

/** Each request is answered at the end of its body. Chunks of a body are one: how it is cut is the connection's. */
function readFastcgi(chunks: Buffer[]): Read {
  const events: Event[] = [];
  const reader = fastcgiReader(
    {
      request: (id, vars, isKept) => void events.push({ request: id, vars: pairsOf(vars), isKept }),
      body(chunk) {
        const last = events.at(-1)!;
        if ("body" in last) last.body += chunk.toString("latin1");
        else events.push({ body: chunk.toString("latin1") });
      },
      bodyEnd() {
        events.push({ bodyEnd: true });
        reader.answered();
      },
      abort: () => void events.push({ abort: true }),
      reply: (bytes) => void events.push({ reply: bytes }),
    },
    65535,
  );
  try {
    for (const chunk of chunks) reader.read(chunk);
    return { events };
  } catch (error) {
    return { error: line(error) };
  }
}

function line(error: unknown): string {
  if (error instanceof PacketError) return error.message;
  throw error;
}

function pairsOf(vars: string[]): Var[] {
  const all: Var[] = [];
  for (let i = 0; i < vars.length; i += 2) all.push([vars[i]!, vars[i + 1]!]);
  return all;
}
