import { describe, expect, it } from "vitest";
import { createInput, emptyInput, type Pull } from "../../njs/wsgi/input.ts";

const BODY = "one\ntwo two\n\n\xff\x00\x80 bytes\r\nno end";
const LINES = ["one\n", "two two\n", "\n", "\xff\x00\x80 bytes\r\n", "no end"];

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1");

/** Gives the chunks, then `after` says what comes; a whole body is never asked for more. */
function source(chunks: string[], after: () => null = neverAsked): Pull {
  let next = 0;
  return async () => (next < chunks.length ? Buffer.from(chunks[next++]!, "latin1") : after());
}

function neverAsked(): never {
  throw new Error("the source was asked for more than the body");
}

/** Ends the source, once. */
function end(): () => null {
  let asked = false;
  return () => (asked ? neverAsked() : ((asked = true), null));
}

function chop(body: string, size: number): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < body.length; at += size) chunks.push(body.slice(at, at + size));
  return chunks;
}

const whole = (body: string, size = body.length) => createInput(body.length, source(chop(body, size)));

describe.each([1, 2, 3, 4, 5, 7, 12, 13, BODY.length])("E7 a body in chunks of %i bytes", (size) => {
  const input = () => whole(BODY, size);

  it("read() is all of it", async () => {
    expect(text(await input().read())).toBe(BODY);
  });

  it("read(n) is n bytes, fewer at the end alone", async () => {
    for (let n = 1; n <= BODY.length + 1; n++) {
      const body = input();
      const parts: string[] = [];
      for (let part = await body.read(n); part.length > 0; part = await body.read(n)) parts.push(text(part));
      expect(parts).toEqual(chop(BODY, n));
    }
  });

  it("readline() is a line with its end, the last one without", async () => {
    const body = input();
    for (const line of LINES) expect(text(await body.readline())).toBe(line);
    expect(await body.readline()).toHaveLength(0);
  });

  it("readline(size) is a line, or its first bytes", async () => {
    for (let n = 1; n <= 9; n++) {
      const body = input();
      for (const part of LINES.flatMap((line) => chop(line, n))) expect(text(await body.readline(n))).toBe(part);
      expect(await body.readline(n)).toHaveLength(0);
    }
  });

  it("readlines() is all lines", async () => {
    expect((await input().readlines()).map(text)).toEqual(LINES);
  });

  it.each([
    [1, 1],
    [4, 1],
    [5, 2],
    [12, 2],
    [13, 3],
    [1000, 5],
  ])("readlines(%i) is whole lines up to so many bytes: %i", async (hint, count) => {
    const body = input();
    expect((await body.readlines(hint)).map(text)).toEqual(LINES.slice(0, count));
    expect(text(await body.read())).toBe(LINES.slice(count).join(""));
  });

  it("for await is line by line", async () => {
    const lines: string[] = [];
    for await (const line of input()) lines.push(text(line));
    expect(lines).toEqual(LINES);
  });

  it("chunks() is the bytes as they come", async () => {
    const chunks: string[] = [];
    for await (const chunk of input().chunks()) chunks.push(text(chunk));
    expect(chunks).toEqual(chop(BODY, size));
  });

  it("the ways to read follow one another", async () => {
    const body = input();
    for await (const chunk of body.chunks()) {
      expect(text(chunk)).toBe(BODY.slice(0, size));
      break;
    }
    expect(text(await body.read())).toBe(BODY.slice(size));
  });

  it("and so do the others", async () => {
    const body = input();
    expect(text(await body.read(2))).toBe("on");
    expect(text(await body.readline())).toBe("e\n");
    expect(text(await body.readline(3))).toBe("two");
    for await (const line of body) {
      expect(text(line)).toBe(" two\n");
      break;
    }
    expect((await body.readlines(1)).map(text)).toEqual(["\n"]);
    expect(text(await body.read())).toBe(LINES.slice(3).join(""));
  });

  it("its end is an end again and again", async () => {
    const body = input();
    await body.read();
    for (const call of [body.read(), body.read(5), body.readline(), body.readline(5), body.read()])
      expect(await call).toHaveLength(0);
    expect(await body.readlines()).toEqual([]);
    for await (const line of body) expect.fail(`a line after the end: ${text(line)}`);
    for await (const chunk of body.chunks()) expect.fail(`a chunk after the end: ${text(chunk)}`);
  });

  it("that ends short is an error naming both byte counts, however it is read and as often", async () => {
    const short = () =>
      createInput(
        100,
        source(chop(BODY, size), () => null),
      );
    const counts = `ended after ${BODY.length} bytes, CONTENT_LENGTH says 100`;
    const body = short();
    await expect(body.read()).rejects.toThrow(counts);
    await expect(body.read()).rejects.toThrow(counts);
    await expect(short().read(100)).rejects.toThrow(counts);
    await expect(short().readlines()).rejects.toThrow(counts);
    const parts: string[] = [];
    const iterate = async (all: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const part of all) parts.push(text(part));
    };
    await expect(iterate(short())).rejects.toThrow(counts);
    expect(parts.splice(0)).toEqual(LINES.slice(0, -1));
    await expect(iterate(short().chunks())).rejects.toThrow(counts);
    expect(parts).toEqual(chop(BODY, size));
  });

  it("of no known length ends where the source does", async () => {
    const unknown = () => createInput(Infinity, source(chop(BODY, size), end()));
    const body = unknown();
    expect(text(await body.read())).toBe(BODY);
    expect(await body.read()).toHaveLength(0);
    expect(await body.readline()).toHaveLength(0);
    expect((await unknown().readlines()).map(text)).toEqual(LINES);
  });
});

describe("E7 wsgi.input", () => {
  it("asks for nothing where nothing is wanted", async () => {
    const body = createInput(5, neverAsked);
    expect(await body.read(0)).toHaveLength(0);
    expect(await body.readline(0)).toHaveLength(0);
  });

  it("asks for no more than was asked of it", async () => {
    const body = createInput(9, source(["one\n", "two"]));
    expect(text(await body.read(3))).toBe("one");
    expect(text(await body.readline())).toBe("\n");
    expect(text(await body.read(3))).toBe("two");
  });

  it.each([
    ["createInput(0)", createInput(0, neverAsked)],
    ["emptyInput()", emptyInput()],
  ])("is empty where there is no body, again and again: %s", async (_, body) => {
    for (const call of [body.read(), body.read(5), body.readline(), body.readline(5), body.read()])
      expect(await call).toEqual(new Uint8Array(0));
    expect(await body.readlines()).toEqual([]);
    for await (const line of body) expect.fail(`a line of no body: ${text(line)}`);
    for await (const chunk of body.chunks()) expect.fail(`a chunk of no body: ${text(chunk)}`);
  });

  it("has no limit below 0", async () => {
    expect(text(await whole(BODY).read(-1))).toBe(BODY);
    expect(text(await whole(BODY).readline(-1))).toBe("one\n");
    expect((await whole(BODY).readlines(-1)).map(text)).toEqual(LINES);
  });

  it("readlines(0) is all lines, as in Python (io.IOBase.readlines)", async () => {
    expect((await whole(BODY).readlines(0)).map(text)).toEqual(LINES);
  });

  it.each([
    ["at a chunk's end", ["ab\n", "cd"]],
    ["at a chunk's start", ["ab", "\ncd"]],
    ["alone in a chunk", ["ab", "\n", "cd"]],
    ["among empty chunks", ["", "ab", "", "\n", "", "cd"]],
  ])("finds a newline %s", async (_, chunks) => {
    const body = createInput(5, source(chunks));
    expect((await body.readlines()).map(text)).toEqual(["ab\n", "cd"]);
  });

  it("takes an empty chunk for no end", async () => {
    expect(text(await createInput(Infinity, source(["", "a", "", "b"], end())).read())).toBe("ab");
  });

  it("chunks() hands on what a line was waited for with", async () => {
    const body = createInput(9, source(["one\ntwo", "\nx"]));
    expect(text(await body.readline())).toBe("one\n");
    const chunks = body.chunks();
    expect(text((await chunks.next()).value as Uint8Array)).toBe("two");
    expect(text((await chunks.next()).value as Uint8Array)).toBe("\nx");
  });

  it("chunks() takes an empty chunk for no end", async () => {
    const chunks = createInput(2, source(["", "a", "", "b"])).chunks();
    expect(text((await chunks.next()).value as Uint8Array)).toBe("a");
    expect(text((await chunks.next()).value as Uint8Array)).toBe("b");
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it("chunks() can be left while it waits, and takes no more", async () => {
    const chunks = createInput(9, () => new Promise(() => {})).chunks();
    void chunks.next();
    expect(await chunks.return!()).toEqual({ done: true, value: undefined });
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  it("passes an error of its source on", async () => {
    const error = new Error("the client is gone");
    const broken = () =>
      createInput(
        9,
        source(["ab"], () => {
          throw error;
        }),
      );
    await expect(broken().read()).rejects.toBe(error);
    await expect(broken().readline()).rejects.toBe(error);
    await expect(broken().readlines()).rejects.toBe(error);
    await expect(broken()[Symbol.asyncIterator]().next()).rejects.toBe(error);
    const chunks = broken().chunks();
    await chunks.next();
    await expect(chunks.next()).rejects.toBe(error);
  });
});
