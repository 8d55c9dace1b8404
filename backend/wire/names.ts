/**
 * The names of vars, each kept as the one string it is: nginx sends the same ones in the same order in every packet, so the
 * next is mostly the one that came next before. A comparison tells, in place of a new string that V8 has to look up for each
 * key of an environ.
 */
export interface Name {
  text: string;
  /** The one that came after it last. */
  next: Name | undefined;
}

/** Before the first of a packet. */
export const START: Name = { text: "", next: undefined };

const known = new Map<string, Name>();

/** Clients can make up any number. */
const MAX_NAMES = 1000;

/** The name of so many characters at a place of a packet's text. */
export function nameAfter(last: Name, text: string, at: number, length: number): Name {
  const { next } = last;
  if (next && next.text.length === length && text.startsWith(next.text, at)) return next;
  return (last.next = named(text.slice(at, at + length)));
}

function named(text: string): Name {
  let name = known.get(text);
  if (name) return name;
  name = { text: Object.keys({ [text]: 0 })[0]!, next: undefined };
  if (known.size < MAX_NAMES) known.set(name.text, name);
  return name;
}
