import { flagOf, SETTINGS, type Setting, variableOf } from "./table.ts";

const WIDTH = 34;

/** A line a setting, as `--help` has them. */
export function settingsHelp(): string {
  return Object.entries<Setting>(SETTINGS)
    .map(([name, { kind, short, fallback, says, isList }]) => {
      const flag = `${short ? `-${short},` : "   "} --${flagOf(name)} ${kind.placeholder ?? ""}`;
      const notes = [isList && "may be given again", fallback && fallback !== "off" && `default ${fallback}`].filter(
        Boolean,
      );
      return `  ${flag.padEnd(WIDTH)} ${says}${notes.length > 0 ? ` (${notes.join(", ")})` : ""}\n`;
    })
    .join("");
}

/** docs/settings.md's table. */
export function settingsTable(): string {
  const rows = Object.entries<Setting>(SETTINGS).map(([name, { kind, short, fallback, says, isList }]) =>
    [
      `\`${name}\``,
      `${short ? `\`-${short}\` ` : ""}\`--${flagOf(name)}\``,
      `\`${variableOf(name)}\``,
      `${isList ? "any number of: " : ""}${kind.wanted}`,
      name === "name" ? "the folder's name" : (fallback ?? ""),
      says,
    ].map((cell) => cell.replaceAll("|", "\\|")),
  );
  const head = ["setting", "flag", "variable", "value", "default", "what it does"];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}
