/** What a request says, as it may stand in a log: it begins no line, ends no field, and moves no terminal's cursor. */

/** A field of one line: what is no printable ASCII, `"` and `\` are `\xHH` as in nginx's logs. Header values are bytes. */
export function escapeField(text: string): string {
  return /[^ !#-[\]-~]/.test(text) ? text.replace(/[^ !#-[\]-~]/g, hex) : text;
}

/** A message of several lines: those after the first begin with a blank, which no entry does. */
export function escapeMessage(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\u2028\u2029]/gu, hex).replace(/\n(?! )/g, "\n  ");
}

/** An object as one line of JSON. */
export function jsonLine(object: object): string {
  // JSON leaves these, and some readers end a line or an escape sequence at them
  return `${JSON.stringify(object).replace(/[\x7f-\x9f\u2028\u2029]/g, unicode)}\n`;
}

function hex(char: string): string {
  const code = char.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).toUpperCase().padStart(2, "0")}` : unicode(char);
}

function unicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
