import { afterEach, describe, expect, it, vi } from "vitest";
import { fastcgiReader } from "../../backend/wire/fastcgi.ts";
import { begin, pairs, record, TYPE } from "../records.ts";

/** When the reader tells what has come, and what it costs to. What it tells is the corpus's. */

const BEGUN = Buffer.concat([begin(), record(TYPE.params, pairs([["A", "b"]]), 1, 3), record(TYPE.params)]);
const END = record(TYPE.stdin);
const CONTENT = Buffer.from(Array.from({ length: 65535 }, (_, at) => at % 251));

/** @param answers when the reader is told that the request is answered */
function reading({ answers }: { answers?: "at its first bytes" | "at its end" } = {}) {
  const bodies: Buffer[] = [];
  const told = { requests: 0, ends: 0, replies: 0 };
  const reader = fastcgiReader(
    {
      request: () => void told.requests++,
      body(chunk) {
        bodies.push(chunk);
        if (answers === "at its first bytes") reader.answered();
      },
      bodyEnd() {
        told.ends++;
        if (answers === "at its end") reader.answered();
      },
      abort() {},
      reply: () => void told.replies++,
    },
    65535,
  );
  return { reader, bodies, told, body: () => Buffer.concat(bodies) };
}

/** Each in memory of its own, which no small Buffer has otherwise. */
function cut(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => {
    const part = bytes.subarray(at * size, (at + 1) * size);
    const own = Buffer.alloc(part.length);
    own.set(part);
    return own;
  });
}

afterEach(() => void vi.restoreAllMocks());

describe("the content of a STDIN record", () => {
  it("is passed on as it comes, before the record is whole", () => {
    const { reader, bodies, body } = reading();
    reader.read(BEGUN);
    for (const [at, chunk] of cut(record(TYPE.stdin, CONTENT), 1000).entries()) {
      reader.read(chunk);
      expect(bodies.length).toBe(at + 1);
      expect(body().length).toBe(Math.min((at + 1) * 1000 - 8, CONTENT.length));
    }
    expect(body().equals(CONTENT)).toBe(true);
  });

  it.each([1, 3, 8, 1000, 32_776, 65_536, 1_000_000])("is not copied, in chunks of %i bytes", (size) => {
    const { reader, bodies, body, told } = reading();
    reader.read(BEGUN);
    const sent = [0, 1, 255].map((padding) => record(TYPE.stdin, CONTENT, 1, padding));
    let foreign = 0;
    for (const given of cut(Buffer.concat([...sent, END]), size)) {
      const before = bodies.length;
      reader.read(given);
      for (const chunk of bodies.slice(before)) if (chunk.buffer !== given.buffer || chunk.length === 0) foreign++;
    }
    expect(foreign).toBe(0);
    expect(body().equals(Buffer.concat([CONTENT, CONTENT, CONTENT]))).toBe(true);
    expect(told.ends).toBe(1);
  });

  it("is forgotten from where the request is answered, and the next request is read", () => {
    const late = record(TYPE.stdin, "now and late", 1, 5);
    const next = Buffer.concat([END, BEGUN, record(TYPE.stdin, "next", 1, 2), END]);
    const { reader, body, told } = reading();
    reader.read(BEGUN);
    reader.read(late.subarray(0, 8 + 3));
    reader.answered();
    for (const chunk of cut(Buffer.concat([late.subarray(8 + 3), next]), 4)) reader.read(chunk);
    expect([body().toString(), told]).toEqual(["nownext", { requests: 2, ends: 1, replies: 0 }]);
  });

  it("may be answered by who is told of it", () => {
    const { reader, body, told } = reading({ answers: "at its first bytes" });
    const late = record(TYPE.stdin, "now and late", 1, 5);
    const chunks = [BEGUN, late.subarray(0, 8 + 3), late.subarray(8 + 3), END, BEGUN, record(TYPE.stdin, "next"), END];
    for (const chunk of chunks) reader.read(chunk);
    expect([body().toString(), told]).toEqual(["nownext", { requests: 2, ends: 0, replies: 0 }]);
  });
});

describe("nothing is gathered", () => {
  const refused = Buffer.concat([begin({ id: 2 }), record(TYPE.stdin, CONTENT, 2, 7), record(TYPE.stdin, "", 2)]);
  const chunks = [...cut(record(TYPE.stdin, CONTENT, 1, 7), 5000), END];

  it.each<[what: string, before: Buffer[], chunks: Buffer[]]>([
    ["the request that is read", [BEGUN], chunks],
    ["one that was refused", [BEGUN], [refused.subarray(0, 16), ...cut(refused.subarray(16, -8), 5000)]],
    ["one that is answered", [BEGUN, END], chunks],
    ["none", [], chunks],
  ])("of the STDIN of %s", (_what, before, after) => {
    const { reader } = reading({ answers: "at its end" });
    for (const chunk of before) reader.read(chunk);
    const concat = vi.spyOn(Buffer, "concat");
    for (const chunk of after) reader.read(chunk);
    expect(concat).not.toHaveBeenCalled();
    expect(reader.isAmid()).toBe(false);
  });

  it("behind a header that is cut up, but the header", () => {
    const { reader } = reading();
    reader.read(BEGUN);
    const sent = Buffer.concat([record(TYPE.stdin, CONTENT), END]);
    const concat = vi.spyOn(Buffer, "concat");
    for (const chunk of [sent.subarray(0, 5), sent.subarray(5)]) reader.read(chunk);
    expect(concat.mock.results.map(({ value }) => (value as Buffer).length)).toEqual([8]);
  });

  it("behind any other record that is cut up, but the record", () => {
    const { reader } = reading();
    const sent = Buffer.concat([BEGUN, record(TYPE.stdin, CONTENT)]);
    const concat = vi.spyOn(Buffer, "concat");
    for (const chunk of [sent.subarray(0, 14), sent.subarray(14)]) reader.read(chunk);
    expect(concat.mock.results.map(({ value }) => (value as Buffer).length)).toEqual([16]);
  });
});

it("is amid wherever a record, or the params, are not whole", () => {
  const whole = [
    ...[begin(), record(TYPE.params, pairs([["A", "b"]]), 1, 3)].map((bytes) => ({ bytes, isAmid: true })),
    ...[
      record(TYPE.params),
      record(TYPE.stdin, "some"),
      record(TYPE.stdin, "more", 1, 2),
      record(TYPE.getValues, "", 0, 2),
      record(TYPE.stdin, "of the connection", 0, 1),
      begin({ id: 2 }),
      record(TYPE.stdin, "of one refused", 2, 3),
      record(TYPE.stdin, "", 1, 4),
      record(TYPE.stdin, "of one answered", 1, 3),
      record(TYPE.stdin, "of one answered", 1),
      record(TYPE.abort, "", 1, 1),
    ].map((bytes) => ({ bytes, isAmid: false })),
  ];
  const { reader, told } = reading({ answers: "at its end" });
  expect(reader.isAmid()).toBe(false);
  for (const { bytes, isAmid } of whole) {
    for (const [at, byte] of bytes.entries()) {
      reader.read(Buffer.from([byte]));
      expect(reader.isAmid(), `${at + 1} of ${bytes.length} bytes of type ${bytes[1]}`).toBe(
        isAmid || at + 1 < bytes.length,
      );
    }
  }
  expect(told).toEqual({ requests: 1, ends: 1, replies: 3 });
});
