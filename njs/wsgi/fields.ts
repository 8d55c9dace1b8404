import { utf8 } from "./utf8.ts";

/** Values by name: text, or a list where the name came more than once. It has no prototype, so any name is safe. */
export type Fields = { [name: string]: string | string[] | undefined };

/** As many as `querystring` takes. */
const MAX_FIELDS = 1000;

/**
 * Reads `a=1&b=2`, a query or a form (WHATWG URL, "application/x-www-form-urlencoded parsing"); what comes after the
 * first 1000 fields is left out, bytes that are not UTF-8 become U+FFFD.
 *
 * Not by `querystring`: njs's finds `toString` in Object.prototype, loses `__proto__`, and moves a blank to before a byte
 * that is not UTF-8.
 */
export function parseFields(text: string): Fields {
  const fields = Object.create(null) as Fields;
  for (const field of text.split("&", MAX_FIELDS)) {
    if (field === "") continue;
    const end = field.indexOf("=");
    const name = decode(end < 0 ? field : field.slice(0, end));
    const value = end < 0 ? "" : decode(field.slice(end + 1));
    const before = fields[name];
    if (before === undefined) fields[name] = value;
    else if (typeof before === "string") fields[name] = [before, value];
    else before.push(value);
  }
  return fields;
}

function decode(text: string): string {
  const spaced = text.split("+").join(" ");
  if (spaced.indexOf("%") < 0) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(/(%[0-9a-f]{2})+/gi, (escapes) => utf8(unescapeBytes(escapes)));
  }
}

/** `%C3%A9` as CGI has it, one character a byte. */
function unescapeBytes(escapes: string): string {
  const codes = escapes.slice(1).split("%");
  return codes.map((code) => String.fromCharCode(parseInt(code, 16))).join("");
}
