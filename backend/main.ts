import { parseCommand, USAGE, UsageError } from "./cli/arguments.ts";
import { check } from "./cli/check.ts";
import { readSettings } from "./cli/instance.ts";
import { order } from "./cli/order.ts";
import { serve } from "./cli/serve.ts";
import { start } from "./cli/start.ts";
import { isLogElsewhere, log } from "./gateway/log.ts";
import { BootError } from "./master/keep_workers.ts";
import { SettingError } from "./settings/resolve.ts";

try {
  const command = parseCommand(process.argv.slice(2));
  const { name, operand, flags, json } = command;
  if (name === "help") console.log(USAGE);
  else if (name === "serve") await serve(operand, flags);
  else if (name === "start") await start(flags);
  else if (name === "check") check(await readSettings(flags), json);
  else await order(command, await readSettings(flags));
} catch (error) {
  if (error instanceof UsageError || error instanceof SettingError) {
    process.stderr.write(`njsgi: ${error.message}\nnjsgi help lists the commands and settings.\n`);
    process.exit(2);
  }
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`njsgi: ${message}\n`);
  if (isLogElsewhere()) log(message, { level: "error" });
  process.exit(error instanceof BootError ? error.exitCode : 1);
}
