import { parseCommand, USAGE, UsageError } from "./cli/arguments.ts";
import { serve } from "./cli/serve.ts";
import { start } from "./cli/start.ts";
import { log } from "./gateway/log.ts";
import { BootError } from "./master/master.ts";

try {
  const command = parseCommand(process.argv.slice(2));
  if (command.name === "help") console.log(USAGE);
  else if (command.name === "start") await start(command.development);
  else await serve(command);
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`njsgi: ${error.message}\n\n${USAGE}`);
    process.exit(2);
  }
  log(error instanceof Error ? error.message : String(error));
  process.exit(error instanceof BootError ? error.exitCode : 1);
}
