import type { ServerResponse } from "node:http";
import type { Body } from "../../njs/wsgi/types.ts";
import type { Sink } from "./sink.ts";

/** A body that is none: the application answers on the connection itself, and the server looks on. */
export class Takeover {
  /** How far it is. */
  readonly response: Pick<ServerResponse, "headersSent" | "statusCode">;
  /** Takes the server's own answer, while the head has not left. */
  readonly sink: Sink;
  /** Resolves with the bytes of the body that were sent; rejects with ClientGone, or what the application threw. */
  readonly answered: Promise<number>;

  constructor(response: Takeover["response"], sink: Sink, answered: Promise<number>) {
    this.response = response;
    this.sink = sink;
    this.answered = answered;
  }

  /** For an application to return, which by its type returns chunks. */
  asBody(): Body {
    return this as unknown as Body;
  }
}
