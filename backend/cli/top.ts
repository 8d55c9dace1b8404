import { setTimeout as sleep } from "node:timers/promises";
import { tell } from "../control/client.ts";
import type { Status } from "../master/status.ts";
import { statusTable } from "./status_table.ts";

const EVERY_MS = 1000;

/** `top`: the status, again and again; as lines of JSON, or in place of the one before. Ends with its instance. */
export async function top(name: string, json: boolean): Promise<void> {
  for (;;) {
    const status = (await tell(name, { command: "status" })) as Status;
    if (json) console.log(JSON.stringify(status));
    else process.stdout.write(`${process.stdout.isTTY ? "\x1b[H\x1b[2J" : ""}${statusTable(status)}\n`);
    await sleep(EVERY_MS);
  }
}
