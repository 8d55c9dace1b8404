import { parseArgs, type ParseArgsOptionDescriptor } from "node:util";
import { settingsHelp } from "../settings/help.ts";
import { nearest } from "../settings/nearest.ts";
import { findSetting, type Source } from "../settings/resolve.ts";
import { flagOf, SETTINGS, type Setting } from "../settings/table.ts";

/** The commands: what stands behind each, and what it does. */
const COMMANDS = {
  serve: ["[APP.ts[:export]]", "the pool: APP answers everything, or with --root the application files there"],
  start: ["", "the pool, and nginx with this folder's nginx.conf before it; PORT is nginx's, 8080 when not given"],
  check: ["[APP.ts[:export]]", "each setting's value and where it comes from"],
  status: ["", "the instance's workers"],
  top: ["", "the same, live"],
  reload: ["", "replace the workers, one at a time; what can't boot replaces nothing"],
  scale: ["N", "run so many workers"],
  trace: ["[WORKER]", "where each worker is right now: its JavaScript stack and its requests"],
  "log-reopen": ["", "open the log files anew, as after a rotation"],
  stop: ["", "end it gracefully"],
  help: ["", "this"],
} as const;

export type CommandName = keyof typeof COMMANDS;

export const USAGE = `usage: njsgi COMMAND [options]

${Object.entries(COMMANDS)
  .map(([name, [operands, says]]) => `  ${`${name} ${operands}`.padEnd(26)} ${says}\n`)
  .join("")}
Those from status on speak to a running instance by its --name, and answer in JSON with --json.

${settingsHelp()}
A setting comes from its flag, else from its variable (--max-requests: NJSGI_MAX_REQUESTS), else from njsgi.config.ts.
`;

/** What is wrong with a command line, for a person to read. */
export class UsageError extends Error {}

export interface Command {
  name: CommandName;
  /** What stands behind it that is no option. */
  operand?: string;
  /** The settings among the options. */
  flags: Source;
  /** To answer in JSON. */
  json: boolean;
}

/** @throws UsageError, or SettingError for a name that is none, saying what was found and what was wanted */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = tokenise(args);
  const [name, operand, extra] = positionals;
  const { json, help, ...flags } = values;
  if (help) return { name: "help", flags: {}, json: false };
  if (name === undefined) throw new UsageError("no command");
  if (!isCommand(name)) {
    throw new UsageError(`no command "${name}": did you mean ${nearest(name, Object.keys(COMMANDS))}?`);
  }
  const one = extra ?? (COMMANDS[name][0] === "" ? operand : undefined);
  if (one !== undefined) throw new UsageError(`"${one}" is one argument too many for ${name}`);
  return { name, operand, flags: settingsOf(flags), json: json === true };
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

function tokenise(args: string[]) {
  const options: Record<string, ParseArgsOptionDescriptor> = {
    help: { type: "boolean", short: "h" },
    json: { type: "boolean" },
  };
  for (const [name, { kind, short, isList }] of Object.entries<Setting>(SETTINGS)) {
    options[flagOf(name)] = {
      type: kind.placeholder ? "string" : "boolean",
      multiple: isList ?? false,
      ...(short && { short }),
    };
  }
  try {
    return parseArgs({ args, options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    const unknown = /^Unknown option '(--[^' ]+)'/.exec((error as Error).message)?.[1];
    if (unknown) findSetting(unknown, (name) => `--${flagOf(name)}`);
    throw new UsageError((error as Error).message);
  }
}

function settingsOf(flags: Record<string, unknown>): Source {
  const source: Source = {};
  for (const [flag, value] of Object.entries(flags)) {
    const texts = (Array.isArray(value) ? value : [value]).map(String);
    source[findSetting(flag, flagOf)] = { texts, origin: `--${flag}` };
  }
  return source;
}
