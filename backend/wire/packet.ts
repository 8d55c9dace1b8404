/** What the protocols of one packet a connection have in common: uwsgi and SCGI. */
export type Packet =
  /** Names and values in turn, one character a byte; a name may stand twice. The body starts at byte `end`. */
  { type: "request"; vars: string[]; end: number } | { type: "ping" };

/**
 * @param bytes what a connection sent so far
 * @param max the most bytes the vars may have
 * @returns undefined while the packet is not whole
 * @throws PacketError as soon as it can't become one
 */
export type Decode = (bytes: Buffer, max: number) => Packet | undefined;

/** A packet that is no request; the message is the line to log, as uWSGI words it. */
export class PacketError extends Error {}

/** First bytes of HTTP requests. */
const HTTP_METHODS = ["GET ", "POST", "HEAD", "PUT ", "OPTI", "DELE", "PATC", "TRAC", "CONN"];

/** Whether a client, of which four bytes are there, speaks HTTP. */
export function isHttp(bytes: Buffer): boolean {
  return HTTP_METHODS.includes(bytes.toString("latin1", 0, 4));
}

/** @param protocol what the socket's is */
export function wayOut(protocol: string): string {
  return `this is HTTP on a ${protocol} socket, put nginx before it or use --protocol http`;
}
