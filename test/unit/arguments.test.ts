import { availableParallelism } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseCommand, parsePort, USAGE, UsageError } from "../../backend/cli/arguments.ts";
import { tempFolder } from "./temp_folder.ts";

function refused(args: string[]): string {
  try {
    parseCommand(args);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  return expect.fail(`nothing was wrong with ${args.join(" ")}`);
}

describe("a command line", () => {
  const defaults = {
    name: "serve",
    served: { app: "app.ts" },
    bind: "unix:.run/njsgi.sock",
    workers: availableParallelism(),
    protocol: "uwsgi",
    lint: false,
    development: false,
  };

  it.each([
    [["start"], { name: "start", development: false }],
    [["start", "--development"], { name: "start", development: true }],
    [["--help"], { name: "help" }],
    [["-h"], { name: "help" }],
    [["serve", "app.ts", "--help"], { name: "help" }],
    [["serve", "app.ts"], defaults],
    [["serve", "app.ts:named"], { ...defaults, served: { app: "app.ts:named" } }],
    [["serve", "-b", "unix:/a.sock", "app.ts"], { ...defaults, bind: "unix:/a.sock" }],
    [["serve", "app.ts", "--bind", ":80"], { ...defaults, bind: ":80" }],
    [["serve", "app.ts", "-w", "1"], { ...defaults, workers: 1 }],
    [["serve", "app.ts", "--workers=9999"], { ...defaults, workers: 9999 }],
    [["serve", "app.ts", "--protocol", "uwsgi"], defaults],
    [["serve", "app.ts", "--protocol", "http"], { ...defaults, protocol: "http", bind: "127.0.0.1:8000" }],
    [["serve", "app.ts", "--lint"], { ...defaults, lint: true }],
    [["serve", "--lint", "app.ts"], { ...defaults, lint: true }],
    [["serve", "app.ts", "--development"], { ...defaults, development: true }],
    [["serve", "app.ts", "--protocol", "http", "-b", ":80"], { ...defaults, protocol: "http", bind: ":80" }],
  ])("%j is %j", (args, command) => {
    expect(parseCommand(args)).toEqual(command);
  });

  it("serves the folders of --root, in their order", () => {
    const folder = tempFolder({ "b/app.ts": "", "a/app.ts": "" });
    const roots = [join(folder, "b"), join(folder, "a")];
    expect(parseCommand(["serve", ...roots.flatMap((root) => ["--root", root])])).toEqual({
      ...defaults,
      served: { roots },
    });
  });
});

describe("a wrong command line is a UsageError that says what was found", () => {
  it.each([
    [[], "no command"],
    [["sreve"], 'no command "sreve"'],
    [["sreve", "app.ts"], 'no command "sreve app.ts"'],
    [["start", "app.ts"], 'start takes no arguments, found "app.ts"'],
    [["start", "--workers", "3"], 'start takes no arguments, found "workers"'],
    [["serve", "app.ts", "--bind", "fd:3"], '--bind is "fd:3"'],
    [["serve", "app.ts", "more.ts"], '"more.ts" is one argument too many'],
    [["serve"], "serve needs APP.ts or --root DIR"],
    [["serve", ""], "serve needs APP.ts or --root DIR"],
    [["serve", "app.ts", "--root", "."], "serve takes APP.ts or --root, not both"],
    [["serve", "--root", "/no/such"], "--root /no/such is no folder"],
    [["serve", "--root", ".", "--root", "package.json"], "--root package.json is no folder"],
    [["serve", "app.ts", "-b", "8000"], 'bind is "8000", want unix:/path, host:port'],
    [["serve", "app.ts", "--protocol", "fastcgi"], '--protocol is "fastcgi", want uwsgi or http'],
    [["serve", "app.ts", "--protocol", ""], '--protocol is "", want uwsgi or http'],
    [["serve", "app.ts", "-w", "0"], '--workers is "0", want a number from 1 on'],
    [["serve", "app.ts", "--workers=-1"], '--workers is "-1", want a number from 1 on'],
    [["serve", "app.ts", "-w", "1.5"], '--workers is "1.5", want a number from 1 on'],
    [["serve", "app.ts", "-w", "many"], '--workers is "many", want a number from 1 on'],
    [["serve", "app.ts", "-w", ""], '--workers is "", want a number from 1 on'],
    [["serve", "app.ts", "--wrokers", "2"], "'--wrokers'"],
    [["serve", "app.ts", "-x"], "'-x'"],
    [["serve", "app.ts", "--bind"], "--bind"],
    [["--help=yes"], "--help"],
    [["serve", "app.ts", "--lint=yes"], "--lint"],
    [["start", "--lint"], 'start takes no arguments, found "lint"'],
  ])("%j: %s", (args, message) => {
    expect(refused(args)).toContain(message);
  });
});

describe("the usage", () => {
  it.each(["start", "serve", "--bind", "--workers", "--protocol", "--root", "--lint", "--development", "--help"])(
    "tells of %s",
    (word) => {
      expect(USAGE).toContain(word);
    },
  );
});

describe("PORT", () => {
  it.each([
    [undefined, 8080],
    ["", 8080],
    ["1", 1],
    ["8081", 8081],
    ["65535", 65535],
  ])("%j is %i", (text, port) => {
    expect(parsePort(text)).toBe(port);
  });

  it.each(["0", "65536", "-1", "80.5", "0x50", "http", " 80"])("%j is a UsageError", (text) => {
    expect(() => parsePort(text)).toThrow(UsageError);
    expect(() => parsePort(text)).toThrow(`PORT is "${text}", want a number from 1 to 65535`);
  });
});
