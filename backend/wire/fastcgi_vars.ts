import { nameAfter, START } from "./names.ts";
import { PacketError } from "./packet.ts";

/** FastCGI's name-value pairs, decoded: both lengths first, in one byte, or in four whose highest bit is set. */
export function decodeVars(bytes: Buffer): string[] {
  const text = bytes.toString("latin1");
  const vars: string[] = [];
  let at = 0;
  function length(): number {
    const first = bytes[at];
    if (first !== undefined && first < 0x80) return (at++, first);
    if (at + 4 > bytes.length) throw overrun();
    at += 4;
    return bytes.readUInt32BE(at - 4) & 0x7fffffff;
  }
  for (let name = START; at < bytes.length;) {
    const nameBytes = length();
    const valueBytes = length();
    const valueAt = at + nameBytes;
    if (valueAt + valueBytes > bytes.length) throw overrun();
    if (nameBytes === 0) throw new PacketError("invalid FastCGI request: a param has no name...skip");
    name = nameAfter(name, text, at, nameBytes);
    vars.push(name.text, text.slice(valueAt, valueAt + valueBytes));
    at = valueAt + valueBytes;
  }
  return vars;
}

function overrun(): PacketError {
  return new PacketError("invalid FastCGI request: a param runs past the block...skip");
}
