import { nameAfter, START } from "./names.ts";
import { isHttp, type Packet, PacketError, wayOut } from "./packet.ts";

/**
 * The uwsgi protocol, decoded: https://uwsgi-docs.readthedocs.io/en/latest/Protocol.html
 *
 *     byte 0    modifier1   0: a WSGI request, 100: a ping
 *     byte 1-2  datasize    little endian, of the vars alone
 *     byte 3    modifier2   means nothing here
 *     vars      { u16 key length > 0, key, u16 value length, value } …, lengths little endian
 *     the request body, unframed: CONTENT_LENGTH bytes
 */

const HEADER_BYTES = 4;

/** Bytes the size field can say. uWSGI takes 4096 and answers 502 to large cookies (unbit/uwsgi#1164). */
export const MAX_VARS_BYTES = 65535;

/** What a monitor sends, and is answered with the same and modifier2 1. */
const PING = 100;
export const PONG = Buffer.from([PING, 0, 0, 1]);

/** See Decode. */
export function decode(bytes: Buffer, max = MAX_VARS_BYTES): Packet | undefined {
  if (bytes.length < HEADER_BYTES) return undefined;
  const modifier1 = bytes[0]!;
  const size = bytes[1]! | (bytes[2]! << 8);
  if (modifier1 === PING) return { type: "ping" };
  if (modifier1 !== 0) throw notWsgi(bytes, modifier1, size);
  if (size > max) throw new PacketError(`invalid request block size: ${size} (max ${max})...skip`);
  if (size === 0) throw new PacketError("Empty request. skip.");
  const end = HEADER_BYTES + size;
  return bytes.length < end ? undefined : { type: "request", vars: decodeVars(bytes, end), end };
}

function notWsgi(bytes: Buffer, modifier1: number, size: number): PacketError {
  return new PacketError(
    isHttp(bytes)
      ? `invalid request block size: ${size} (max ${MAX_VARS_BYTES})...skip: ${wayOut("uwsgi")}`
      : `-- unavailable modifier requested: ${modifier1} --`,
  );
}

function decodeVars(bytes: Buffer, end: number): string[] {
  // One string for the block, cut up: a call into C++ for each name and value takes twice the time.
  const text = bytes.toString("latin1", 0, end);
  const vars: string[] = [];
  let name = START;
  for (let at = HEADER_BYTES; at < end;) {
    const nameBytes = lengthAt(bytes, at, end, 0);
    if (nameBytes === 0) throw new PacketError("uwsgi key cannot be null. skip this var.");
    const valueBytes = lengthAt(bytes, at + 2 + nameBytes, end, nameBytes);
    const valueAt = at + 4 + nameBytes;
    if (valueAt + valueBytes > end) throw overrun(valueBytes);
    name = nameAfter(name, text, at + 2, nameBytes);
    vars.push(name.text, text.slice(valueAt, valueAt + valueBytes));
    at = valueAt + valueBytes;
  }
  return vars;
}

function lengthAt(bytes: Buffer, at: number, end: number, last: number): number {
  if (at + 2 > end) throw overrun(last);
  return bytes[at]! | (bytes[at + 1]! << 8);
}

function overrun(size: number): PacketError {
  return new PacketError(`invalid uwsgi request (current strsize: ${size}). skip.`);
}
