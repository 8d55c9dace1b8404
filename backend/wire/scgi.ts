import { nameAfter, START } from "./names.ts";
import { isHttp, type Packet, PacketError, wayOut } from "./packet.ts";

/**
 * SCGI, decoded: https://python.ca/scgi/protocol.txt
 *
 *     "70:"                      bytes of the vars, in decimal (a netstring)
 *     { name, NUL, value, NUL }  …, the first one CONTENT_LENGTH, and one that says SCGI is 1
 *     ","
 *     the request body, unframed: CONTENT_LENGTH bytes
 */

/** See Decode. */
export function decode(bytes: Buffer, max = 65535): Packet | undefined {
  if (bytes.length < 4) return undefined; // fewer than any request's, or than HTTP is known by
  const start = bytes.toString("latin1", 0, 6);
  if (/^[0-9]{4,5}$/.test(start)) return undefined;
  const digits = /^([0-9]{1,5}):/.exec(start)?.[1];
  if (digits === undefined) {
    throw new PacketError(`invalid SCGI request...skip: ${isHttp(bytes) ? wayOut("SCGI") : "no size"}`);
  }
  const size = Number(digits);
  if (size > max) throw new PacketError(`invalid request block size: ${size} (max ${max})...skip`);
  const varsAt = digits.length + 1;
  const end = varsAt + size + 1;
  if (bytes.length < end) return undefined;
  if (bytes[end - 1] !== 0x2c) throw new PacketError("invalid SCGI request: no comma after the vars...skip");
  return { type: "request", vars: decodeVars(bytes.toString("latin1", varsAt, end - 1)), end };
}

function decodeVars(text: string): string[] {
  const vars: string[] = [];
  let name = START;
  for (let at = 0; at < text.length;) {
    const nameEnd = text.indexOf("\0", at);
    const valueEnd = text.indexOf("\0", nameEnd + 1);
    if (nameEnd === -1 || valueEnd === -1) throw new PacketError("invalid SCGI request: a var does not end...skip");
    if (nameEnd === at) throw new PacketError("invalid SCGI request: a var has no name...skip");
    name = nameAfter(name, text, at, nameEnd - at);
    if (name.text !== "SCGI") vars.push(name.text, text.slice(nameEnd + 1, valueEnd));
    at = valueEnd + 1;
  }
  return vars;
}
