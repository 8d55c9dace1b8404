import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

/** What all the apps stream, take in, and hear of clients that go. */

/** Bytes that came, and how many clients went amid what they were to get, or to send. */
export const heard = { bytes: 0, downloadsAborted: 0, uploadsAborted: 0 };

/** The size and hash of a body, held a chunk at a time. */
export async function hashOf(body: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }> {
  const hash = createHash("sha256");
  let size = 0;
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      size += chunk.length;
      heard.bytes += chunk.length;
    }
  } catch (error) {
    heard.uploadsAborted++;
    throw error;
  }
  return { size, sha256: hash.digest("hex") };
}

let gate = Promise.withResolvers<void>();

export function openGate(): void {
  gate.resolve();
}

/** Ends when the gate is opened: by a client that has the first line. */
export async function* gated(): AsyncGenerator<string> {
  gate = Promise.withResolvers();
  yield "first\n";
  await gate.promise;
  yield "last\n";
}

/** Ends when its client goes. */
export async function* endless(): AsyncGenerator<string> {
  try {
    for (;;) {
      yield "more\n";
      await sleep(10);
    }
  } finally {
    heard.downloadsAborted++;
  }
}

/** Fails when its head has left. */
export async function* failing(): AsyncGenerator<string> {
  yield "half\n";
  await sleep(20);
  throw new Error("failed amid its answer");
}

export function* lines(): Generator<string> {
  for (let i = 0; i < 500; i++) yield `line ${i}\n`;
}
