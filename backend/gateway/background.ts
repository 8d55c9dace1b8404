/** Work of this process that its requests have left behind. */
const running = new Set<Promise<void>>();

/** Counts `work` among what a worker's end waits for. @param failed is told its error */
export function inBackground(work: Promise<unknown>, failed: (error: unknown) => void): void {
  const ended = Promise.resolve(work)
    .then(() => {}, failed)
    .finally(() => running.delete(ended));
  running.add(ended);
}

/** Resolves when none is left, of what work begins meanwhile too. */
export async function backgroundEnded(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
