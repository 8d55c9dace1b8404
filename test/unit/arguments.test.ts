import { describe, expect, it } from "vitest";
import { parseCommand, USAGE, UsageError } from "../../backend/cli/arguments.ts";
import { parsePort } from "../../backend/cli/start.ts";
import { SettingError } from "../../backend/settings/resolve.ts";
import { flagOf, SETTINGS } from "../../backend/settings/table.ts";

/** What a flag gives. */
const flag = (name: string, ...texts: string[]) => ({ texts, origin: `--${name}` });

describe("a command line", () => {
  it.each([
    [["start"], { name: "start" }],
    [["start", "--workers", "2"], { name: "start", flags: { workers: flag("workers", "2") } }],
    [["help"], { name: "help" }],
    [["--help"], { name: "help" }],
    [["-h"], { name: "help" }],
    [["serve", "app.ts", "--help"], { name: "help" }],
    [["serve", "app.ts:named"], { name: "serve", operand: "app.ts:named" }],
    [["serve", "-b", "unix:/a.sock"], { name: "serve", flags: { bind: flag("bind", "unix:/a.sock") } }],
    [["serve", "-b", ":80", "--bind=:81"], { name: "serve", flags: { bind: flag("bind", ":80", ":81") } }],
    [["serve", "--root", "b", "--root", "a"], { name: "serve", flags: { root: flag("root", "b", "a") } }],
    [["serve", "--lint", "app.ts"], { name: "serve", operand: "app.ts", flags: { lint: flag("lint", "true") } }],
    [["serve", "--no-trace"], { name: "serve", flags: { trace: flag("trace", "false") } }],
    [["serve", "--max-requests", "9"], { name: "serve", flags: { maxRequests: flag("max-requests", "9") } }],
    [["status", "--name", "x", "--json"], { name: "status", flags: { name: flag("name", "x") }, json: true }],
    [["scale", "3"], { name: "scale", operand: "3" }],
    [["trace"], { name: "trace" }],
  ])("%j is %j", (args, command) => {
    expect(parseCommand(args)).toEqual({ operand: undefined, flags: {}, json: false, ...command });
  });
});

describe("a wrong command line is an error that says what was found, and what may have been meant", () => {
  it.each([
    [[], "no command"],
    [["sreve"], 'no command "sreve": did you mean serve?'],
    [["toString"], 'no command "toString"'],
    [["serve", "a.ts", "b.ts"], '"b.ts" is one argument too many for serve'],
    [["start", "app.ts"], '"app.ts" is one argument too many for start'],
    [["serve", "--bind"], "argument missing"],
    [["serve", "--lint=yes"], "does not take an argument"],
  ])("%j: %s", (args, says) => {
    expect(() => parseCommand(args)).toThrow(UsageError);
    expect(() => parseCommand(args)).toThrow(says);
  });

  it.each([
    ["--wrokers", "--workers"],
    ["--max-request", "--max-requests"],
    ["--bnid", "--bind"],
  ])("%s is no setting, %s may be", (written, meant) => {
    expect(() => parseCommand(["serve", written, "1"])).toThrow(SettingError);
    expect(() => parseCommand(["serve", written, "1"])).toThrow(`there is no ${written}: did you mean ${meant}?`);
  });
});

it("the help names every setting", () => {
  for (const name of Object.keys(SETTINGS)) expect(USAGE).toMatch(new RegExp(`--(no-)?${flagOf(name)} `));
});

describe("PORT", () => {
  it.each([
    [undefined, 8080],
    ["", 8080],
    ["80", 80],
    ["65535", 65535],
  ])("%j is %d", (text, port) => {
    expect(parsePort(text)).toBe(port);
  });

  it.each(["0", "65536", "http", "-1", "8080 "])("%j is none", (text) => {
    expect(() => parsePort(text)).toThrow(`PORT is "${text}", want a number from 1 to 65535`);
  });
});
