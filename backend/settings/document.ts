/** `npm run docs`: docs/settings.md. */
import { settingsTable } from "./help.ts";

process.stdout.write(`# Settings

A setting comes from its flag, else from its variable, else from \`njsgi.config.ts\` in the working directory, else it has
its default. An unknown name or value is an error. \`njsgi check\` prints each value and where it comes from. On a variable,
the values of a list stand between commas. WEB_CONCURRENCY is \`workers\` too. \`npm run docs\` makes this table of
[backend/settings/table.ts](../backend/settings/table.ts).

\`\`\`ts
// njsgi.config.ts
import { defineConfig } from "njsgi/config";

export default defineConfig({ workers: 4, maxMemory: "512m", timeout: 10 });
\`\`\`

${settingsTable()}`);
