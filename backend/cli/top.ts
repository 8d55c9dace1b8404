import { setTimeout as sleep } from "node:timers/promises";
import { tell } from "../control/client.ts";
import type { Status } from "../master/status.ts";
import { openScreen } from "./screen.ts";
import { statusTable } from "./status_table.ts";

const EVERY_MS = 1000;

/**
 * `top`: the status, each second; on a terminal in place of the one before, else one after the other.
 * @param json a line of JSON each
 * @throws Error where there is no such instance, or no longer
 */
export async function top(name: string, json: boolean): Promise<void> {
  const first = await statusOf(name);
  const screen = !json && process.stdout.isTTY ? openScreen(process.stdout) : undefined;
  process.stdout.once("error", () => process.exit(0)); // `top | head` has what it wanted
  try {
    for (let status = first; ; status = await statusOf(name)) {
      if (screen) screen.show(statusTable(status));
      else process.stdout.write(`${json ? JSON.stringify(status) : statusTable(status)}\n`);
      await sleep(EVERY_MS);
    }
  } catch (error) {
    throw new Error(`${name} has ended: ${(error as Error).message}`, { cause: error });
  } finally {
    screen?.close();
  }
}

async function statusOf(name: string): Promise<Status> {
  return (await tell(name, { command: "status" })) as Status;
}
