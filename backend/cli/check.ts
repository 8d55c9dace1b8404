import { existsSync } from "node:fs";
import { SETTINGS, type Setting, type SettingName } from "../settings/table.ts";
import type { Resolved } from "../settings/resolve.ts";
import { CONFIG_FILE } from "../settings/sources.ts";

/** `check`: each setting, its value, and what set it. */
export function check({ settings, origins }: Resolved, json: boolean): void {
  const rows = Object.entries(settings).map(([name, value]) => ({
    name,
    value: value ?? null,
    origin: origins[name as keyof typeof origins],
  }));
  if (json) return console.log(JSON.stringify(rows, null, 2));
  const width = (texts: string[]) => Math.max(...texts.map((text) => text.length));
  const shown = rows.map(({ name, value, origin }) => [name, written(name, value) || "-", origin] as const);
  const nameWidth = width(shown.map(([name]) => name));
  const valueWidth = width(shown.map(([, value]) => value));
  for (const [name, value, origin] of shown) {
    console.log(`${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${origin}`);
  }
  if (!existsSync(CONFIG_FILE)) console.log(`(no ${CONFIG_FILE} here)`);
}

function written(name: string, value: unknown): string {
  const { kind }: Setting = SETTINGS[name as SettingName];
  return value === null ? "" : (kind.show?.(value) ?? String(value));
}
