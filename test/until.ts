import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits for a condition to hold.
 * @param what it is, for the error
 * @throws Error after `seconds`, 10 when not given
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>, seconds = 10): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s for: ${what}`);
    await sleep(10);
  }
}
