/**
 * A value nginx hands out, as CGI has it: one character a byte (PEP 3333, "Unicode Issues").
 * njs 0.7.9 gives byte strings, and `fromBytes` to read them so; later ones decode UTF-8 and lose what is none, so that
 * there all but ASCII is read again from the variable's own bytes.
 * @param variable the nginx variable `value` is of, in any case
 */
export function latin1(r: NginxHTTPRequest, value: string, variable: string): string {
  const bytes = value as string & { fromBytes?(): string };
  if (bytes.fromBytes) return bytes.fromBytes();
  return isAscii(value) ? value : fromBuffer(r.rawVariables[variable.toLowerCase()]!);
}

/** The way back: what nginx is to send one byte a character, which every njs does to a Buffer and to ASCII alone. */
export function latin1Bytes(value: string): string | Buffer {
  if (isAscii(value)) return value;
  const bytes = Buffer.alloc(value.length);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return bytes;
}

function isAscii(value: string): boolean {
  return Buffer.from(value).length === value.length; // byteLength costs QuickJS four times that
}

function fromBuffer(bytes: Buffer): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
