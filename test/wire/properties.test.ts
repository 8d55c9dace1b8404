import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endOfStdout, endRequest, stdoutHeader, unknownType } from "../../backend/wire/fastcgi_records.ts";
import { packet, scgi } from "../packet.ts";
import { answers, begin, pairs, record, records, TYPE } from "../records.ts";
import { type Event, type Protocol, read, type Var } from "./read.ts";

/** What holds of any bytes. */

const RUNS = { numRuns: 300 };

const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const text = (maxLength: number, minLength = 0) => fc.string({ unit: byte, minLength, maxLength });
const varsOf = (longest: number) => fc.array(fc.tuple(text(longest, 1), text(longest)), { maxLength: 12 });
const body = text(300);
const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array));
/** Sizes of the pieces that bytes come in; what is behind them comes whole. */
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 40 });

function cut(whole: Buffer, at: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const size of at) {
    pieces.push(whole.subarray(from, from + size));
    from += size;
  }
  return [...pieces, whole.subarray(from)].filter(({ length }) => length > 0);
}

describe("what is encoded is decoded, in any pieces", () => {
  it("uwsgi", () => {
    const some = varsOf(300).filter((vars) => vars.length > 0);
    const property = fc.property(some, body, sizes, (vars, sent, pieces) => {
      const chunks = cut(packet(vars, Buffer.from(sent, "latin1")), pieces);
      expect(read("uwsgi", chunks)).toEqual({ vars, body: sent });
    });
    fc.assert(property, RUNS);
  });

  it("SCGI, whose texts have no NUL", () => {
    const isScgi = (vars: Var[]) => vars.every((one) => one[0] !== "SCGI" && !one.join("").includes("\0"));
    const some = varsOf(40).filter((vars) => vars.length > 0 && isScgi(vars));
    const property = fc.property(some, body, sizes, (vars, sent, pieces) => {
      expect(read("scgi", cut(scgi(vars, sent), pieces))).toEqual({ vars, body: sent });
    });
    fc.assert(property, RUNS);
  });

  /** A stream of records, cut and padded in any way, up to the empty one that ends it. */
  function stream(type: number, id: number, content: Buffer, at: number[], padding: number): Buffer {
    return Buffer.concat([...cut(content, at).map((part) => record(type, part, id, padding)), record(type, "", id)]);
  }

  const request = fc.record({
    id: fc.integer({ min: 1, max: 65535 }),
    vars: varsOf(300),
    sent: body,
    isKept: fc.boolean(),
    isLong: fc.boolean(),
    at: sizes,
    padding: fc.integer({ min: 0, max: 255 }),
  });

  it("FastCGI: requests one after the other, their records of any length and padding", () => {
    const property = fc.property(fc.array(request, { maxLength: 4 }), sizes, (requests, pieces) => {
      const encoded = requests.map(({ id, vars, sent, isKept, isLong, at, padding }) => [
        begin({ id, isKept }),
        stream(TYPE.params, id, pairs(vars, isLong), at, padding),
        stream(TYPE.stdin, id, Buffer.from(sent, "latin1"), at, padding),
      ]);
      const events = requests.flatMap(({ id, vars, sent, isKept }): Event[] => [
        { request: id, vars, isKept },
        ...(sent === "" ? [] : [{ body: sent }]),
        { bodyEnd: true },
      ]);
      expect(read("fastcgi", cut(Buffer.concat(encoded.flat()), pieces))).toEqual({ events });
    });
    fc.assert(property, RUNS);
  });
});

/** Bytes that have something of a packet: some of a valid one are others. */
const request = [["REQUEST_METHOD", "GET"] as Var, ["A", "b".repeat(200)] as Var];
const VALID: Record<Protocol, Buffer> = {
  uwsgi: packet(request, "body"),
  scgi: scgi(request, "body"),
  fastcgi: Buffer.concat([
    begin(),
    record(TYPE.params, pairs(request), 1, 3),
    record(TYPE.params),
    record(TYPE.stdin, "some", 1, 2),
    record(TYPE.stdin, "none's", 2, 1),
    record(TYPE.abort),
    record(TYPE.getValues, pairs([["FCGI_MPXS_CONNS", ""]]), 0),
    record(TYPE.stdin),
  ]),
};

const damaged = (valid: Buffer) =>
  fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }).map((changes) => {
    const copy = Buffer.from(valid);
    for (const [at, value] of changes) copy[at] = value;
    return copy;
  });

describe.each<Protocol>(["uwsgi", "scgi", "fastcgi"])("%s: bytes of any kind", (protocol) => {
  it("are read or refused with a PacketError, the same in any pieces", () => {
    const property = fc.property(fc.oneof(bytes, damaged(VALID[protocol])), sizes, (any, pieces) => {
      const whole = read(protocol, [any]);
      expect(read(protocol, cut(any, pieces))).toEqual(whole);
      expect(
        read(
          protocol,
          Array.from(any, (one) => Buffer.from([one])),
        ),
      ).toEqual(whole);
    });
    fc.assert(property, { numRuns: 1500 });
  });
});

it("the records of an answer are read again as they were meant", () => {
  const id = fc.integer({ min: 1, max: 65535 });
  const property = fc.property(id, fc.array(text(300, 1)), fc.nat(255), (of, chunks, code) => {
    const parts = chunks.map((chunk) => stdoutHeader(of, chunk.length) + chunk);
    const sent = Buffer.from(parts.join("") + endOfStdout(of) + endRequest(of, code) + unknownType(code), "latin1");
    expect(answers(sent)).toEqual([
      { id: of, status: 0, text: chunks.join("") },
      { id: of, status: code, text: "" },
    ]);
    expect(records(sent).at(-1)).toEqual({
      type: TYPE.unknown,
      id: 0,
      content: Buffer.from([code, 0, 0, 0, 0, 0, 0, 0]),
    });
  });
  fc.assert(property, RUNS);
});
