import type { SettingName, Settings } from "./table.ts";

/** What `njsgi.config.ts` may export as its default. Sizes may be written as in nginx: `"64m"`. */
export type Config = { [Name in SettingName]?: Settings[Name] | string };

/** Nothing but its type: for `export default defineConfig({ workers: 4 })`. */
export function defineConfig(config: Config): Config {
  return config;
}
