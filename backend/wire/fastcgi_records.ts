/** FastCGI, encoded: records as text, one character a byte, so that they leave with the head in one write. */
const END_REQUEST = 3;
const STDOUT = 6;
const GET_VALUES_RESULT = 10;
const UNKNOWN_TYPE = 11;

/** Bytes the size field of a record can say. */
export const MAX_CONTENT_BYTES = 65535;

export const PROTOCOL_STATUS = { complete: 0, cantMultiplex: 1, unknownRole: 3 };

/** The header of a record of a response, which its content follows. @param bytes up to MAX_CONTENT_BYTES */
export function stdoutHeader(id: number, bytes: number): string {
  return header(STDOUT, id, bytes);
}

/** What ends a response. */
export function endOfStdout(id: number): string {
  return header(STDOUT, id, 0) + endRequest(id, PROTOCOL_STATUS.complete);
}

/** @param status one of PROTOCOL_STATUS; the application's own is always 0 */
export function endRequest(id: number, status: number): string {
  return header(END_REQUEST, id, 8) + String.fromCharCode(0, 0, 0, 0, status, 0, 0, 0);
}

/**
 * The answer to GET_VALUES: that a connection has one request at a time. Of connections and requests there is no most, and
 * what is not known is left out.
 * @param asked names, and values that are empty, in turn
 */
export function valuesResult(asked: string[]): string {
  const name = "FCGI_MPXS_CONNS";
  const content = asked.includes(name) ? `${String.fromCharCode(name.length, 1)}${name}0` : "";
  return header(GET_VALUES_RESULT, 0, content.length) + content;
}

export function unknownType(type: number): string {
  return header(UNKNOWN_TYPE, 0, 8) + String.fromCharCode(type, 0, 0, 0, 0, 0, 0, 0);
}

/** Without padding: alignment is worth nothing to nginx. */
function header(type: number, id: number, bytes: number): string {
  return String.fromCharCode(1, type, id >> 8, id & 0xff, bytes >> 8, bytes & 0xff, 0, 0);
}
