import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import type { Served } from "../worker/application.ts";
import { parseBind } from "../worker/bind.ts";
import type { Protocol } from "../worker/serve.ts";

export const USAGE = `usage: node backend/main.ts start [--development]
       node backend/main.ts serve [APP.ts[:export]] [options]

start runs the pool and nginx together. PORT (default 8080) is nginx's port on 127.0.0.1.
serve runs the pool alone: APP answers everything, or with --root the application files there.

  -b, --bind B         unix:/path or host:port; default unix:.run/njsgi.sock, 127.0.0.1:8000 for http
  -w, --workers N      default: the cores, ${availableParallelism()} here
      --protocol P     uwsgi (default) or http
      --root DIR       a folder of application files; may be given again, nginx's root says which
      --lint           hold applications and server to docs/contract.md: what breaks a rule is a 500
      --development    a 500 shows its error to clients on this machine
  -h, --help
`;

/** What is wrong with a command line, for a person to read. */
export class UsageError extends Error {}

export interface ServeArguments {
  served: Served;
  bind: string;
  workers: number;
  protocol: Protocol;
  lint: boolean;
  development: boolean;
}

export type Command = { name: "help" } | { name: "start"; development: boolean } | ({ name: "serve" } & ServeArguments);

/** @throws UsageError saying what was found and what was wanted */
export function parseCommand(args: string[]): Command {
  const { values, positionals } = tokenise(args);
  if (values.help) return { name: "help" };
  const [name, app, ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`"${rest[0]}" is one argument too many`);
  const development = values.development ?? false;
  if (name === "start") {
    const extra = app ?? Object.keys(values).find((key) => key !== "development");
    if (extra !== undefined) throw new UsageError(`start takes no arguments, found "${extra}"`);
    return { name, development };
  }
  if (name !== "serve") throw new UsageError(name ? `no command "${positionals.join(" ")}"` : "no command");
  const protocol = parseProtocol(values.protocol);
  const bind = values.bind ?? (protocol === "http" ? "127.0.0.1:8000" : "unix:.run/njsgi.sock");
  return {
    name,
    served: parseServed(app, values.root),
    bind: checkBind(bind),
    workers: parseWorkers(values.workers),
    protocol,
    lint: values.lint ?? false,
    development,
  };
}

function tokenise(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        bind: { type: "string", short: "b" },
        workers: { type: "string", short: "w" },
        protocol: { type: "string" },
        root: { type: "string", multiple: true },
        lint: { type: "boolean" },
        development: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseServed(app: string | undefined, roots: string[] | undefined): Served {
  if (app && roots) throw new UsageError("serve takes APP.ts or --root, not both");
  if (app) return { app };
  if (!roots) throw new UsageError("serve needs APP.ts or --root DIR");
  for (const root of roots) {
    if (!statSync(root, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`--root ${root} is no folder`);
  }
  return { roots };
}

function checkBind(bind: string): string {
  try {
    if ("fd" in parseBind(bind)) throw new RangeError(`--bind is "${bind}", want unix:/path or host:port`);
    return bind;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseProtocol(text = "uwsgi"): Protocol {
  if (text === "uwsgi" || text === "http") return text;
  throw new UsageError(`--protocol is "${text}", want uwsgi or http`);
}

function parseWorkers(text: string | undefined): number {
  if (text === undefined) return availableParallelism();
  if (/^[1-9][0-9]{0,3}$/.test(text)) return Number(text);
  throw new UsageError(`--workers is "${text}", want a number from 1 on`);
}

/** @param text PORT. @returns 8080 where it is not set */
export function parsePort(text: string | undefined): number {
  if (!text) return 8080;
  if (/^[0-9]+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535) return Number(text);
  throw new UsageError(`PORT is "${text}", want a number from 1 to 65535`);
}
