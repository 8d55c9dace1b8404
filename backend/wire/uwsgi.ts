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

/** First bytes of HTTP requests, which as a packet would be modifier1 and datasize. */
const HTTP_METHODS = ["GET ", "POST", "HEAD", "PUT ", "OPTI", "DELE", "PATC", "TRAC", "CONN"];

/** A packet that is no request; the message is the line to log, as uWSGI words it. */
export class PacketError extends Error {}

export type Packet =
  /** Names and values in turn, one character a byte; a name may stand twice. The body starts at byte `end`. */
  { type: "request"; vars: string[]; end: number } | { type: "ping" };

/**
 * @param bytes what a connection sent so far
 * @param max the most bytes the vars may have
 * @returns undefined while the packet is not whole
 * @throws PacketError as soon as it can't become one
 */
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
  if (!HTTP_METHODS.includes(bytes.toString("latin1", 0, HEADER_BYTES))) {
    return new PacketError(`-- unavailable modifier requested: ${modifier1} --`);
  }
  const wayOut = "this is HTTP on a uwsgi socket, put nginx before it or use --protocol http";
  return new PacketError(`invalid request block size: ${size} (max ${MAX_VARS_BYTES})...skip: ${wayOut}`);
}

function decodeVars(bytes: Buffer, end: number): string[] {
  // One string for the block, cut up: a call into C++ for each name and value takes twice the time.
  const text = bytes.toString("latin1", 0, end);
  const vars: string[] = [];
  for (let at = HEADER_BYTES; at < end;) {
    const name = lengthAt(bytes, at, end, 0);
    if (name === 0) throw new PacketError("uwsgi key cannot be null. skip this var.");
    const value = lengthAt(bytes, at + 2 + name, end, name);
    const valueAt = at + 4 + name;
    if (valueAt + value > end) throw overrun(value);
    vars.push(text.slice(at + 2, at + 2 + name), text.slice(valueAt, valueAt + value));
    at = valueAt + value;
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
