import { nearest } from "./nearest.ts";
import { SETTINGS, type Setting, type SettingName, type Settings } from "./table.ts";

/** What a setting was given, and how that is called there: `--timeout`, `NJSGI_TIMEOUT`, `njsgi.config.ts: timeout`. */
export interface Given {
  texts: string[];
  origin: string;
}

/** What one place gives, by setting. */
export type Source = { [Name in SettingName]?: Given };

/** What is wrong with a setting, for a person to read. */
export class SettingError extends Error {}

export interface Resolved {
  settings: Settings;
  /** Where each value came from: a flag, a variable, the file; `default` where nothing sets it. */
  origins: Record<SettingName, string>;
}

const NAMES = Object.keys(SETTINGS) as SettingName[];

/**
 * @param sources the later one wins
 * @throws SettingError saying what was found, where, and what was wanted
 */
export function resolveSettings(...sources: Source[]): Resolved {
  const given: Source = Object.assign({}, ...sources);
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  for (const name of NAMES) {
    values[name] = valueOf(SETTINGS[name], given[name]);
    origins[name] = given[name]?.origin ?? "default";
  }
  return { settings: values as Settings, origins };
}

function valueOf(setting: Setting, given: Given | undefined): unknown {
  const { isList, fallback } = setting;
  if (isList) return given?.texts.map((text) => parse(setting, text, given.origin)) ?? [];
  const text = given?.texts.at(-1) ?? fallback;
  return text === undefined ? undefined : parse(setting, text, given?.origin ?? "default");
}

function parse({ kind }: Setting, text: string, origin: string): unknown {
  try {
    return kind.parse(text);
  } catch (error) {
    throw new SettingError(`${origin} is "${text}", ${(error as Error).message}`);
  }
}

/**
 * The setting a place calls by its own names.
 * @param nameThere what that place calls a setting
 * @throws SettingError with the nearest name where there is none
 */
export function findSetting(written: string, nameThere: (name: string) => string): SettingName {
  const found = NAMES.find((name) => nameThere(name) === written);
  if (found) return found;
  throw new SettingError(`there is no ${written}: did you mean ${nearest(written, NAMES.map(nameThere))}?`);
}
