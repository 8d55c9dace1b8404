import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { bytes, choice, count, integer, type Kind, mode, seconds, string, toggle } from "./kinds.ts";

/** One setting. Its name is the table's key: `maxRequests` is `--max-requests`, `NJSGI_MAX_REQUESTS` and itself. */
export interface Setting<Value = unknown> {
  kind: Kind<Value>;
  /** Its value where nothing sets it, as it would be written; none where it is off or follows from others. */
  fallback?: string;
  /** It may be given again; in a variable, commas stand between. */
  isList?: boolean;
  short?: string;
  /** One line: what it does. */
  says: string;
}

function one<Value>(kind: Kind<Value>, says: string, fallback?: undefined): Setting<Value> & { fallback?: undefined };
function one<Value>(kind: Kind<Value>, says: string, fallback: string): Setting<Value> & { fallback: string };
function one<Value>(kind: Kind<Value>, says: string, fallback?: string): Setting<Value> {
  return { kind, says, fallback };
}

function list<Value>(kind: Kind<Value>, says: string): Setting<Value> & { isList: true } {
  return { kind, says, isList: true };
}

const PATH = string("PATH", "a path");

/** Every setting of the pool: help, docs/settings.md, validation and the config file's type are made of it. */
export const SETTINGS = {
  name: one(
    string("NAME", "letters, digits, `.`, `-` and `_`", /^[\w][\w.-]*$/),
    "the instance's name, and its control socket's",
    basename(process.cwd()).replace(/^\W|[^\w.-]/g, "_") || "njsgi",
  ),

  bind: {
    ...list(
      string("BIND", "unix:/path, host:port or fd:N, with or without a protocol"),
      "where to listen: unix:/path, host:port, or fd:N for a socket it is started with, and what is spoken there, as http:127.0.0.1:8000; unix:.run/njsgi.sock, or 127.0.0.1:8000 for http, when not given",
    ),
    short: "b",
  },
  protocol: one(choice("uwsgi", "fastcgi", "scgi", "http"), "what is spoken where --bind does not say", "uwsgi"),
  backlog: one(integer(1, 65535), "connections the kernel holds until a worker takes them", "4096"),
  socketMode: one(mode(), "the mode of unix sockets", "0660"),
  socketGroup: one(
    string("GROUP", "a group's name or number"),
    "the group of unix sockets; as root nginx's, when not given",
  ),

  root: list(string("DIR", "a folder"), "a folder of application files; nginx's root says which of them"),
  lint: one(toggle(), "hold applications and server to docs/contract.md: what breaks a rule is a 500", "off"),
  development: one(toggle(), "show errors to clients on this machine", "off"),

  workers: { ...one(count(availableParallelism()), "processes, or as many as there are cores", "auto"), short: "w" },
  maxWorkers: one(count(availableParallelism()), "up to so many while there is more to do; as workers, when not given"),
  concurrency: one(integer(0), "requests a worker is at, at once; 0: as many as come", "0"),
  user: one(string("USER", "a user's name or number"), "whom the workers run as; as root nginx's user, when not given"),
  group: one(string("GROUP", "a group's name or number"), "their group; the user's own, when not given"),
  umask: one(mode(), "the workers' umask; the one njsgi was started with, when not given"),

  timeout: one(
    seconds(),
    "a request that takes longer is a 504, a worker that is stuck for so long is killed; 0: never",
    "30",
  ),
  gracefulTimeout: one(seconds(), "how long a worker that is to end may go on with its requests", "30"),
  bootTimeout: one(seconds(1), "how long a new worker may take until it accepts", "60"),
  // 3 and 6 % of a hello in two measurements, whatever it does: V8 with a second isolate. So it is off.
  trace: one(toggle(), "a thread in each worker that can say where it is stuck; 7 MB, and some CPU", "off"),

  maxRequests: one(integer(0), "replace a worker after so many requests; 0: never", "0"),
  maxRequestsJitter: one(integer(0), "up to so many more, by chance, so that not all are replaced at once", "0"),
  maxMemory: one(bytes(), "replace a worker whose memory (RSS) is above; 0: never", "0"),
  maxLifetime: one(seconds(), "replace a worker after so long; 0: never", "0"),
  maxBody: one(bytes(), "the largest request body; a larger one is a 413; 0: nginx's client_max_body_size alone", "0"),
  maxHeader: one(bytes(65535), "the largest request head, as uwsgi packet or HTTP", "65535"),

  reload: one(toggle(), "reload when a file in the applications' folders changes", "off"),
  reloadDir: list(string("DIR", "a folder"), "a further folder that --reload watches"),
  touchReload: list(PATH, "reload when this file is touched"),

  stats: one(
    string("BIND", "unix:/path or host:port", /^(unix:.+|([^:]*|\[[^\]]+\]):\d+)$/),
    "serve uWSGI's stats there, and /metrics for Prometheus",
  ),
  accessLog: one(PATH, "a line a request; `-` is standard output; none, when not given"),
  errorLog: one(PATH, "the server's log; `-` is standard error", "-"),
  logFormat: one(choice("uwsgi", "combined", "json"), "what lines look like", "uwsgi"),
  pid: one(PATH, "a file for the master's process id"),
} satisfies Record<string, Setting>;

type Table = typeof SETTINGS;
export type SettingName = keyof Table;

type ValueOf<Name extends SettingName> = Table[Name]["kind"] extends Kind<infer Value> ? Value : never;

/** Every setting's value. */
export type Settings = {
  [Name in SettingName]: Table[Name] extends { isList: true }
    ? ValueOf<Name>[]
    : Table[Name] extends { fallback: string }
      ? ValueOf<Name>
      : ValueOf<Name> | undefined;
};

/** `max-requests` of `maxRequests`. */
export function flagOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** `NJSGI_MAX_REQUESTS` of `maxRequests`. */
export function variableOf(name: string): string {
  return `NJSGI_${flagOf(name).replaceAll("-", "_").toUpperCase()}`;
}
