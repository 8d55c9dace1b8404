import { isHttp, PacketError, wayOut } from "./packet.ts";
import { endRequest, PROTOCOL_STATUS, unknownType, valuesResult } from "./fastcgi_records.ts";
import { decodeVars } from "./fastcgi_vars.ts";

/**
 * FastCGI, decoded: https://fastcgi-archives.github.io/FastCGI_Specification.html
 *
 *     byte 0    version    1
 *     byte 1    type
 *     byte 2-3  request id, 0 for what concerns the connection
 *     byte 4-5  bytes of content, big endian, as all numbers
 *     byte 6    bytes of padding after it
 *     byte 7    means nothing
 *
 * A request is BEGIN_REQUEST, PARAMS up to an empty one, STDIN up to an empty one; the connection may have another after it.
 */
const HEADER_BYTES = 8;
const BEGIN_REQUEST = 1;
const ABORT_REQUEST = 2;
const PARAMS = 4;
const STDIN = 5;
const GET_VALUES = 9;
const RESPONDER = 1;
const KEEP_CONN = 1;

/** Is told what comes by a connection. One request at a time: a second one is refused, as the specification lets us. */
export interface FastcgiEvents {
  /** Its params are whole. @param vars names and values in turn, one character a byte; a name may stand twice */
  request(id: number, vars: string[], isKept: boolean): void;
  /** @param chunk as it came, of a record that need not be whole: the memory is that of the bytes read */
  body(chunk: Buffer): void;
  bodyEnd(): void;
  /** The client is gone, says the server. */
  abort(): void;
  /** To be sent at once. @param bytes one character a byte */
  reply(bytes: string): void;
}

export interface FastcgiReader {
  /** @throws PacketError for what is no FastCGI: the connection is of no more use */
  read(bytes: Buffer): void;
  /** The request is answered: what comes for it is forgotten, and there may be another. */
  answered(): void;
  /** Whether a record, or the params of a request, are here in part. */
  isAmid(): boolean;
}

/** @param max the most bytes the params may have */
export function fastcgiReader(events: FastcgiEvents, max: number): FastcgiReader {
  let id = 0; // of the request that is read or answered; 0 for none
  let isKept = false;
  let isParams = false;
  let params: Buffer[] = [];
  let paramsBytes = 0;
  let pending: Buffer[] = []; // of a header, or a record, that is cut up
  let pendingBytes = 0;
  let wanted = HEADER_BYTES;
  let bodyBytes = 0; // of a STDIN record that are still to come
  let skipBytes = 0; // behind those, of no use to anybody
  let isFirst = true; // of a connection: only there may it be HTTP

  function read(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) at = pendingBytes > 0 ? gather(bytes, at) : take(bytes, at);
  }

  /** @returns the place behind what it takes */
  function take(bytes: Buffer, at: number): number {
    if (bodyBytes > 0) {
      const part = bytes.subarray(at, at + bodyBytes);
      bodyBytes -= part.length; // before who is told of it answers
      events.body(part);
      return at + part.length;
    }
    if (skipBytes > 0) {
      const part = Math.min(skipBytes, bytes.length - at);
      skipBytes -= part;
      return at + part;
    }
    wanted = bytesAtOnce(bytes, at, isFirst);
    if (at + wanted > bytes.length) return gather(bytes, at);
    isFirst = false;
    record(bytes, at);
    return at + wanted;
  }

  /** Waits for what is wanted, and for no more: all that is gathered is copied. */
  function gather(bytes: Buffer, at: number): number {
    const part = bytes.subarray(at, at + wanted - pendingBytes);
    pending.push(part);
    pendingBytes += part.length;
    if (pendingBytes === wanted) {
      const whole = Buffer.concat(pending);
      pending = [];
      pendingBytes = 0;
      take(whole, 0);
    }
    return at + part.length;
  }

  function record(bytes: Buffer, at: number): void {
    const type = bytes[at + 1]!;
    const of = bytes.readUInt16BE(at + 2);
    const length = bytes.readUInt16BE(at + 4);
    const start = at + HEADER_BYTES;
    const content = bytes.subarray(start, start + length); // of STDIN, what happens to be here
    if (type === STDIN) skipBytes = length + bytes[at + 6]!; // unless it is the request's
    if (of === 0) events.reply(type === GET_VALUES ? valuesResult(decodeVars(content)) : unknownType(type));
    else if (type === BEGIN_REQUEST) begin(of, content);
    else if (of !== id)
      return; // of one that was refused or answered
    else if (type === PARAMS && isParams) addParams(content);
    else if (type === ABORT_REQUEST) abort();
    else if (type === STDIN && !isParams) {
      bodyBytes = length;
      skipBytes -= length;
      if (length === 0) events.bodyEnd();
    } else if (type === PARAMS || type === STDIN) {
      throw new PacketError(`invalid FastCGI request: record of type ${type} out of turn...skip`);
    }
  }

  function begin(of: number, content: Buffer): void {
    if (content.length !== 8) throw new PacketError("invalid FastCGI request: BEGIN_REQUEST is no 8 bytes...skip");
    if (id !== 0) return events.reply(endRequest(of, PROTOCOL_STATUS.cantMultiplex));
    if (content.readUInt16BE(0) !== RESPONDER) return events.reply(endRequest(of, PROTOCOL_STATUS.unknownRole));
    id = of;
    isKept = (content[2]! & KEEP_CONN) !== 0;
    isParams = true;
    params = [];
    paramsBytes = 0;
  }

  function addParams(content: Buffer): void {
    paramsBytes += content.length;
    if (paramsBytes > max) throw new PacketError(`invalid request block size: ${paramsBytes} (max ${max})...skip`);
    if (content.length > 0) return void params.push(content);
    isParams = false;
    events.request(id, decodeVars(params.length === 1 ? params[0]! : Buffer.concat(params)), isKept);
  }

  function abort(): void {
    if (!isParams) return events.abort();
    events.reply(endRequest(id, PROTOCOL_STATUS.complete));
    id = 0;
    isParams = false;
  }

  function answered(): void {
    id = 0;
    skipBytes += bodyBytes; // what is left of a record
    bodyBytes = 0;
  }

  return { read, answered, isAmid: () => isParams || pendingBytes + bodyBytes + skipBytes > 0 };
}

/** Of the record that starts there; of its header, while that is not whole, and of STDIN, whose content is taken in parts. */
function bytesAtOnce(bytes: Buffer, at: number, isFirst: boolean): number {
  if (at + HEADER_BYTES > bytes.length) return HEADER_BYTES;
  if (bytes[at] !== 1) {
    const what = isFirst && isHttp(bytes) ? wayOut("FastCGI") : `version ${bytes[at]}, want 1`;
    throw new PacketError(`invalid FastCGI request...skip: ${what}`);
  }
  if (bytes[at + 1] === STDIN) return HEADER_BYTES;
  return HEADER_BYTES + bytes.readUInt16BE(at + 4) + bytes[at + 6]!;
}
