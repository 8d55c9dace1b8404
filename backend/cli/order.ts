import { tell } from "../control/client.ts";
import type { Status } from "../master/status.ts";
import type { Resolved } from "../settings/resolve.ts";
import type { Command } from "./arguments.ts";
import { statusTable } from "./status_table.ts";
import { top } from "./top.ts";

/** `status`, `reload` and the like: tells a running instance, and prints what it answers. */
export async function order({ name, operand, json }: Command, { settings }: Resolved): Promise<void> {
  if (name === "top") return top(settings.name, json);
  const result = await tell(settings.name, { command: name, operand });
  if (json) console.log(JSON.stringify(result, null, 2));
  else if (name === "status") console.log(statusTable(result as Status));
  else if (name === "trace") console.log(result);
}
