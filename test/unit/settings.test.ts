import { availableParallelism } from "node:os";
import { afterEach, describe, expect, it } from "vitest";
import { findSetting, resolveSettings, SettingError, type Source } from "../../backend/settings/resolve.ts";
import { configFile, variables } from "../../backend/settings/sources.ts";
import { flagOf, SETTINGS, type SettingName, variableOf } from "../../backend/settings/table.ts";
import { tempFolder } from "./temp_folder.ts";

const given = (name: SettingName, ...texts: string[]): Source => ({ [name]: { texts, origin: `--${flagOf(name)}` } });
const resolved = (name: SettingName, ...texts: string[]) => resolveSettings(given(name, ...texts)).settings[name];

describe("a setting", () => {
  it.each<[name: SettingName, text: string, value: unknown]>([
    ["workers", "3", 3],
    ["workers", "auto", availableParallelism()],
    ["timeout", "1.5", 1.5],
    ["timeout", "0", 0],
    ["maxMemory", "65536", 65536],
    ["maxMemory", "512k", 524288],
    ["maxMemory", "64M", 67108864],
    ["maxMemory", "2g", 2147483648],
    ["socketMode", "0660", 0o660],
    ["socketMode", "666", 0o666],
    ["lint", "on", true],
    ["lint", "0", false],
    ["protocol", "http", "http"],
    ["name", "shop-1.eu", "shop-1.eu"],
  ])("%s %s is %j", (name, text, value) => {
    expect(resolved(name, text)).toEqual(value);
  });

  it.each<[name: SettingName, text: string, wanted: string]>([
    ["workers", "0", "want a whole number from 1 to 1024, or auto"],
    ["workers", "many", "want a whole number from 1 to 1024, or auto"],
    ["timeout", "-1", "want a number of seconds from 0 on"],
    ["timeout", "30s", "want a number of seconds from 0 on"],
    ["bootTimeout", "0", "want a number of seconds from 1 on"],
    ["maxMemory", "64mb", "want a number of bytes, as 65536, 512k, 64m or 2g"],
    ["maxHeader", "128k", "want a number of bytes, as 65536, 512k, 64m or 2g, up to 65535"],
    ["backlog", "65536", "want a whole number from 1 to 65535"],
    ["socketMode", "rw", "want an octal mode, as 0660"],
    ["lint", "perhaps", "want on or off"],
    ["protocol", "spdy", "want uwsgi or fastcgi or scgi or http"],
    ["name", "a/b", "want letters, digits"],
  ])("%s %s: %s", (name, text, wanted) => {
    expect(() => resolved(name, text)).toThrow(SettingError);
    expect(() => resolved(name, text)).toThrow(`--${flagOf(name)} is "${text}", ${wanted}`);
  });

  it("that may be given again is a list", () => {
    expect(resolved("bind")).toEqual([]);
    expect(resolved("bind", ":80", ":81")).toEqual([":80", ":81"]);
  });
});

it("every default is a value of its setting", () => {
  const { settings, origins } = resolveSettings();
  expect(Object.keys(settings)).toEqual(Object.keys(SETTINGS));
  expect(new Set(Object.values(origins))).toEqual(new Set(["default"]));
});

describe("where settings come from", () => {
  const home = process.cwd();
  afterEach(() => process.chdir(home));

  const folder = (config: string) => process.chdir(tempFolder({ "njsgi.config.ts": config }));

  it("defaults < njsgi.config.ts < variables < flags", async () => {
    folder(`export default { workers: 1, timeout: 1, backlog: 1, bind: [":1", ":2"], lint: true, maxMemory: "1k" };`);
    const env = { NJSGI_TIMEOUT: "2", NJSGI_BACKLOG: "2", NJSGI_TOUCH_RELOAD: "a,b", NJSGI_PID: "" };
    const { settings, origins } = resolveSettings(await configFile(), variables(env), given("backlog", "3"));
    expect(settings).toMatchObject({
      workers: 1,
      timeout: 2,
      backlog: 3,
      lint: true,
      maxMemory: 1024,
      gracefulTimeout: 30,
    });
    expect(settings).toMatchObject({ bind: [":1", ":2"], touchReload: ["a", "b"], pid: undefined });
    expect(origins).toMatchObject({
      workers: "njsgi.config.ts: workers",
      timeout: "NJSGI_TIMEOUT",
      backlog: "--backlog",
    });
    expect(origins.gracefulTimeout).toBe("default");
  });

  it("WEB_CONCURRENCY is the workers', where NJSGI_WORKERS is not set", () => {
    const workers = (env: NodeJS.ProcessEnv) => resolveSettings(variables(env)).settings.workers;
    expect(workers({ WEB_CONCURRENCY: "3" })).toBe(3);
    expect(workers({ WEB_CONCURRENCY: "3", NJSGI_WORKERS: "4" })).toBe(4);
    expect(workers({ NJSGI_WORKERS: "4", WEB_CONCURRENCY: "3" })).toBe(4);
  });

  it("no file gives nothing", async () => {
    process.chdir(tempFolder({}));
    expect(await configFile()).toEqual({});
  });

  it.each([
    ["export default { wrokers: 1 };", "there is no wrokers: did you mean workers?"],
    ["export default { workers: { a: 1 } };", "njsgi.config.ts: workers is [object Object], want a whole number"],
    ["export default 1;", "njsgi.config.ts exports number as its default, want defineConfig({ … })"],
    ["export const workers = 1;", "njsgi.config.ts exports undefined as its default"],
    ["export default (;", "njsgi.config.ts does not load: "],
  ])("%s: %s", async (config, says) => {
    folder(config);
    await expect(configFile()).rejects.toThrow(SettingError);
    await expect(configFile(1)).rejects.toThrow(says);
  });

  it("a variable that is no setting is an error with the nearest name", () => {
    expect(() => variables({ NJSGI_WORKER: "1" })).toThrow("there is no NJSGI_WORKER: did you mean NJSGI_WORKERS?");
    expect(findSetting("NJSGI_MAX_REQUESTS", variableOf)).toBe("maxRequests");
  });
});
