import { describe, expect, it } from "vitest";
import { fileWrapper } from "../../njs/wsgi/file_wrapper.ts";

/** A file that keeps the sizes it was asked for. */
function file(blocks: string[], given: (block: Uint8Array) => Uint8Array | Promise<Uint8Array> = (block) => block) {
  const sizes: number[] = [];
  let next = 0;
  return {
    sizes,
    closed: 0,
    read(size: number) {
      sizes.push(size);
      return given(Buffer.from(blocks[next++] ?? ""));
    },
    close() {
      this.closed++;
    },
  };
}

async function text(body: AsyncIterable<Uint8Array>): Promise<string[]> {
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(Buffer.from(chunk).toString());
  return chunks;
}

describe("wsgi.file_wrapper", () => {
  it("is the file's blocks up to the first empty one", async () => {
    const readable = file(["one", "two"]);
    expect(await text(fileWrapper(readable))).toEqual(["one", "two"]);
    expect(readable.sizes).toEqual([8192, 8192, 8192]);
  });

  it("takes promises of blocks, in the size it was told", async () => {
    const readable = file(["one", "two"], (block) => Promise.resolve(block));
    expect(await text(fileWrapper(readable, 3))).toEqual(["one", "two"]);
    expect(readable.sizes).toEqual([3, 3, 3]);
  });

  it("closes the file when it is closed, and not before", async () => {
    const readable = file(["one"]);
    const body = fileWrapper(readable);
    await text(body);
    expect(readable.closed).toBe(0);
    body.close();
    expect(readable.closed).toBe(1);
  });

  it("hands on what the file's close returns", () => {
    const closing = Promise.resolve();
    expect(fileWrapper({ read: () => Buffer.alloc(0), close: () => closing }).close()).toBe(closing);
  });

  it("takes a file that has no close", () => {
    expect(fileWrapper({ read: () => Buffer.alloc(0) }).close()).toBeUndefined();
  });

  it.each([
    ["thrown", () => expect.fail("no such block")],
    ["rejected", () => Promise.reject(new Error("no such block"))],
  ])("passes on what the file's read has %s", async (_, given) => {
    await expect(text(fileWrapper(file(["one"], given)))).rejects.toThrow("no such block");
  });
});
