import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Protocol, type Read, read } from "./read.ts";

/**
 * Packets, each in a file, and beside it as JSON what it is read as, however it is cut up. A file's first line, after a #,
 * says why it is there; `\x00` is a byte, `\\` a backslash, a line's end nothing.
 */
const CORPUS = join(import.meta.dirname, "corpus");

interface Case {
  name: string;
  why: string;
  bytes: Buffer;
  expected: Read;
}

function casesOf(protocol: Protocol, kind: string): Case[] {
  return globSync(join(CORPUS, protocol, kind, "*.packet"))
    .sort()
    .map((file) => {
      const [first, ...lines] = readFileSync(file, "utf8").split("\n");
      const text = lines.join("").replaceAll(/\\(?:x([0-9a-f]{2})|\\)/g, (_, hex?: string) => {
        return hex ? String.fromCharCode(parseInt(hex, 16)) : "\\";
      });
      const expected = JSON.parse(readFileSync(file.replace(/packet$/, "json"), "utf8")) as Read;
      return { name: basename(file, ".packet"), why: first!.slice(2), bytes: Buffer.from(text, "latin1"), expected };
    });
}

/** In two, at every place; and in single bytes. */
function* cuts(bytes: Buffer): Generator<Buffer[]> {
  yield [bytes];
  yield Array.from(bytes, (byte) => Buffer.from([byte]));
  for (let at = 1; at < bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  for (let size = 2; size < 40; size++) yield inPieces(bytes, size);
}

function inPieces(bytes: Buffer, size: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

describe.each<Protocol>(["uwsgi", "scgi", "fastcgi"])("%s", (protocol) => {
  describe.each(["valid", "invalid"])("%s", (kind) => {
    const cases = casesOf(protocol, kind);
    it.each(cases)("$name: $why", ({ bytes, expected }) => {
      expect(Object.keys(expected)).toEqual(kind === "invalid" ? ["error"] : expect.not.arrayContaining(["error"]));
      for (const chunks of cuts(bytes)) expect(read(protocol, chunks)).toEqual(expected);
    });

    it("is there", () => expect(cases.length).toBeGreaterThan(4));
  });
});
