import { describe, expect, it } from "vitest";
import { PacketError } from "../../backend/wire/packet.ts";
import { decode, PONG } from "../../backend/wire/uwsgi.ts";

type Var = [name: string, value: string];

function string(text: string, length = text.length): Buffer {
  const bytes = Buffer.alloc(2 + text.length);
  bytes.writeUInt16LE(length);
  bytes.write(text, 2, "latin1");
  return bytes;
}

function packet(block: Buffer, modifier1 = 0, modifier2 = 0): Buffer {
  return Buffer.concat([Buffer.from([modifier1, block.length & 0xff, block.length >> 8, modifier2]), block]);
}

function request(...vars: Var[]): Buffer {
  return packet(Buffer.concat(vars.flat().map((text) => string(text))));
}

const refused = (bytes: Buffer) => {
  try {
    return decode(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(PacketError);
    return (error as Error).message;
  }
};

const GET: Var[] = [
  ["REQUEST_METHOD", "GET"],
  ["CONTENT_LENGTH", ""],
  ["HTTP_COOKIE", "a=1"],
  ["PATH_INFO", "/caf\xc3\xa9\xff\x80"],
  ["HTTP_COOKIE", "b=2"],
  ["QUERY_STRING", ""],
];

describe("WIRE 1 a packet", () => {
  it("gives its names and values in order: empty ones, repeated ones, bytes as latin-1", () => {
    const bytes = request(...GET);
    expect(decode(bytes)).toEqual({ type: "request", vars: GET.flat(), end: bytes.length });
  });

  it("is followed by its body, from `end` on", () => {
    const bytes = Buffer.concat([request(...GET), Buffer.from("the body")]);
    const decoded = decode(bytes);
    expect(decoded).toMatchObject({ type: "request", vars: GET.flat() });
    expect(bytes.subarray((decoded as { end: number }).end).toString()).toBe("the body");
  });

  it("is undefined while a byte is missing, wherever it is cut", () => {
    const bytes = request(...GET);
    for (let length = 0; length < bytes.length; length++) expect(decode(bytes.subarray(0, length))).toBeUndefined();
    expect(decode(bytes)).toBeDefined();
  });

  it("does not care for modifier2", () => {
    expect(decode(packet(Buffer.concat([string("A"), string("b")]), 0, 7))).toMatchObject({ vars: ["A", "b"] });
  });

  it("has up to 65535 bytes of vars", () => {
    const value = "x".repeat(65535 - 2 - 1 - 2);
    const bytes = request(["A", value]);
    expect(bytes.length).toBe(4 + 65535);
    expect(decode(bytes)).toEqual({ type: "request", vars: ["A", value], end: bytes.length });
    expect(decode(bytes.subarray(0, -1))).toBeUndefined();
  });

  it("is a ping by modifier1 100, answered 64 00 00 01", () => {
    expect(decode(Buffer.from([100, 0, 0, 0]))).toEqual({ type: "ping" });
    expect(decode(Buffer.from([100, 0, 0]))).toBeUndefined();
    expect(PONG.toString("hex")).toBe("64000001");
  });
});

describe("WIRE 2 a bad packet and its line in the log", () => {
  it.each([
    ["GET", 21573],
    ["POST", 21327],
    ["HEAD", 16709],
    ["PUT", 21589],
    ["OPTIONS", 21584],
    ["DELETE", 19525],
    ["PATCH", 21569],
    ["TRACE", 16722],
    ["CONNECT", 20047],
  ])("HTTP: %s is size %i, and the line names the way out", (method, size) => {
    const line =
      `invalid request block size: ${size} (max 65535)...skip: ` +
      "this is HTTP on a uwsgi socket, put nginx before it or use --protocol http";
    const bytes = Buffer.from(`${method} / HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect(refused(bytes)).toBe(line);
    expect(refused(bytes.subarray(0, 4))).toBe(line);
    expect(refused(bytes.subarray(0, 3))).toBeUndefined();
  });

  it.each([
    ["a TLS ClientHello", "160301020001", "-- unavailable modifier requested: 22 --"],
    ["a modifier of uWSGI's, spooler", "11000000", "-- unavailable modifier requested: 17 --"],
    ["what only starts as GET", "47455458", "-- unavailable modifier requested: 71 --"],
    ["size 0", "00000000", "Empty request. skip."],
    ["a name of no length", "0004000000000000", "uwsgi key cannot be null. skip this var."],
  ])("%s", (_, hex, line) => {
    expect(refused(Buffer.from(hex, "hex"))).toBe(line);
  });

  it("a value past the block: the line says how long the value claims to be, as uWSGI's strsize", () => {
    const block = Buffer.concat([string("A"), string("value", 50)]);
    expect(refused(packet(block))).toBe("invalid uwsgi request (current strsize: 50). skip.");
  });

  const overrun = /^invalid uwsgi request \(current strsize: \d+\)\. skip\.$/;

  it.each([
    ["a value that is one byte longer than the block", Buffer.concat([string("A"), string("value", 6)])],
    ["a name past the block", string("NAME", 50)],
    ["a name that ends the block, with no value", string("NAME")],
    ["a value's length cut at the block's end", Buffer.concat([string("NAME"), Buffer.from([1])])],
    ["a name's length cut at the block's end", Buffer.concat([string("A"), string("b"), Buffer.from([0])])],
  ])("%s", (_, block) => {
    expect(refused(packet(block))).toMatch(overrun);
  });

  it("a value past the block does not reach into the body", () => {
    const block = Buffer.concat([string("A"), string("value", 9)]);
    expect(refused(Buffer.concat([packet(block), Buffer.from("body")]))).toMatch(overrun);
  });
});
