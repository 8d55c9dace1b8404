/** What goes over the control socket: each a line of JSON. */

export interface Request {
  command: string;
  operand?: string;
}

export type Answer = { result: unknown } | { error: string };
