import { fileURLToPath } from "node:url";
import type { ProgramOptions } from "../../program.ts";

/** A way to answer: a server of nginx's by its own name, and what runs behind it. */
export interface Peer {
  /** Its server_name, its upstream and its socket's name. */
  id: string;
  /** As the table shows it. */
  name: string;
  isOurs?: true;
  /** Debian's packages it needs; without them it is left out. */
  packages?: string[];
  /** What its server does with a request, with `$UPSTREAM` as its upstream; none where a server that is there anyway has it. */
  location?: string;
  /** That server, by its name. */
  host?: "shipped" | "shipped-fastcgi" | "one" | "fifty";
  /** What its paths begin with there. */
  prefix?: string;
  /** Whether the site's own pool is behind it. */
  hasPool?: true;
  /** Of its upstream. */
  isKeptAlive?: boolean;
  /** What runs behind nginx and listens on the unix socket. */
  program?(socket: string): Command;
}

export interface Command extends Pick<ProgramOptions, "env"> {
  command: string;
  args: string[];
  /** What ends it; SIGTERM when not given. */
  signal?: NodeJS.Signals;
}

/** An application of the benchmark. */
export function app(name: string): string {
  return fileURLToPath(new URL(`../apps/${name}`, import.meta.url));
}

/** What one writes before a server of HTTP. */
export const PROXY = `proxy_pass http://$UPSTREAM;
  proxy_set_header Host $host;
  proxy_set_header X-Real-IP $remote_addr;
  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
  proxy_set_header X-Forwarded-Proto $scheme;`;

export const KEPT_ALIVE = `${PROXY} proxy_http_version 1.1; proxy_set_header Connection "";`;
