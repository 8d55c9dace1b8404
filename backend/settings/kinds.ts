/** How a setting is written. */
export interface Kind<Value> {
  /** What stands for its value in the help: `N`, `SECONDS`. None for a switch. */
  placeholder?: string;
  /** In words, for the docs and an error. */
  wanted: string;
  /** @throws RangeError saying what was wanted, for text that is none */
  parse(text: string): Value;
  /** A value as it is written, where that is not its String(). */
  show?(value: unknown): string;
}

/** @param min the least value. @param max the greatest */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const wanted =
    max === Number.MAX_SAFE_INTEGER ? `a whole number from ${min} on` : `a whole number from ${min} to ${max}`;
  return kind("N", wanted, (text) => (/^\d{1,15}$/.test(text) ? within(Number(text), min, max) : undefined));
}

/** A time; fractions are fine. @param min the least value */
export function seconds(min = 0): Kind<number> {
  const wanted = `a number of seconds from ${min} on`;
  return kind("SECONDS", wanted, (text) => (/^\d{1,9}(\.\d+)?$/.test(text) ? within(Number(text), min) : undefined));
}

/** A size, as nginx writes it: `512k`, `64m`, `2g`, or plain bytes. @param max the greatest value */
export function bytes(max = Number.MAX_SAFE_INTEGER): Kind<number> {
  const wanted =
    "a number of bytes, as 65536, 512k, 64m or 2g" + (max < Number.MAX_SAFE_INTEGER ? `, up to ${max}` : "");
  return kind("BYTES", wanted, (text) => {
    const [, digits, unit] = /^(\d{1,12})([kmg]?)$/i.exec(text) ?? [];
    if (digits === undefined) return undefined;
    return within(Number(digits) * 1024 ** " kmg".indexOf(unit!.toLowerCase() || " "), 0, max);
  });
}

export function choice<const Value extends string>(...values: Value[]): Kind<Value> {
  return kind(values.join("|"), values.join(" or "), (text) => values.find((value) => value === text));
}

/** Off or on; on the command line its name alone, or `--no-` and its name. */
export function toggle(): Kind<boolean> {
  const states: Record<string, boolean> = { true: true, false: false, 1: true, 0: false, on: true, off: false };
  return kind(undefined, "on or off", (text) => states[text]);
}

/** @param placeholder what it is, for the help */
export function string(placeholder: string, wanted: string, pattern = /./): Kind<string> {
  return kind(placeholder, wanted, (value) => (pattern.test(value) ? value : undefined));
}

/** A file's mode, in octal. */
export function mode(): Kind<number> {
  const octal = kind("MODE", "an octal mode, as 0660", (text) =>
    /^0?[0-7]{3}$/.test(text) ? parseInt(text, 8) : undefined,
  );
  return { ...octal, show: (value) => `0${(value as number).toString(8).padStart(3, "0")}` };
}

/** A number, or `auto` for as many as there are cores. @param auto that number */
export function count(auto: number): Kind<number> {
  return kind("N|auto", "a whole number from 1 to 1024, or auto", (text) =>
    text === "auto" ? auto : /^\d{1,4}$/.test(text) ? within(Number(text), 1, 1024) : undefined,
  );
}

function kind<Value>(
  placeholder: string | undefined,
  wanted: string,
  read: (text: string) => Value | undefined,
): Kind<Value> {
  return {
    placeholder,
    wanted,
    parse(text) {
      const value = read(text);
      if (value === undefined) throw new RangeError(`want ${wanted}`);
      return value;
    },
  };
}

function within(value: number, min: number, max = Number.MAX_SAFE_INTEGER): number | undefined {
  return value >= min && value <= max ? value : undefined;
}
