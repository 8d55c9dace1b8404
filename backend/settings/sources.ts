import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { findSetting, SettingError, type Source } from "./resolve.ts";
import { SETTINGS, variableOf } from "./table.ts";

/** Looked for in the working directory. */
export const CONFIG_FILE = "njsgi.config.ts";

/**
 * `NJSGI_*`, and WEB_CONCURRENCY for the workers, which hosting platforms set. An empty one sets nothing.
 * @throws SettingError for a NJSGI_ variable that is no setting
 */
export function variables(env: NodeJS.ProcessEnv): Source {
  const source: Source = {};
  if (env.WEB_CONCURRENCY) source.workers = { texts: [env.WEB_CONCURRENCY], origin: "WEB_CONCURRENCY" };
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("NJSGI_") || !text) continue;
    const name = findSetting(variable, variableOf);
    const isList = "isList" in SETTINGS[name];
    source[name] = { texts: isList ? text.split(",") : [text], origin: variable };
  }
  return source;
}

/**
 * The default export of `njsgi.config.ts`; nothing where there is no such file.
 * @param version what makes it read anew: Node keeps a module by its URL
 * @throws SettingError for what is no setting, or no value; Error where the file does not load
 */
export async function configFile(version = 0): Promise<Source> {
  const path = resolve(CONFIG_FILE);
  if (!existsSync(path)) return {};
  const config = await load(`${pathToFileURL(path).href}?${version}`);
  const source: Source = {};
  for (const [key, value] of Object.entries(config)) {
    const origin = `${CONFIG_FILE}: ${key}`;
    const name = findSetting(key, (same) => same);
    const values = Array.isArray(value) ? value : [value];
    if (value === undefined) continue;
    if (!values.every(isPlain))
      throw new SettingError(`${origin} is ${String(value)}, want ${SETTINGS[name].kind.wanted}`);
    source[name] = { texts: values.map(String), origin };
  }
  return source;
}

async function load(url: string): Promise<object> {
  let config: unknown;
  try {
    config = ((await import(url)) as { default?: unknown }).default;
  } catch (error) {
    throw new SettingError(`${CONFIG_FILE} does not load: ${String(error)}`, { cause: error });
  }
  if (typeof config === "object" && config !== null) return config;
  throw new SettingError(`${CONFIG_FILE} exports ${typeof config} as its default, want defineConfig({ … })`);
}

function isPlain(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
