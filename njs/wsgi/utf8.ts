// A byte order mark is a character of the value. Not written in place, since njs-types does not know the option.
const AS_IT_IS = { fatal: false, ignoreBOM: true };

/**
 * A CGI value (one character a byte, PEP 3333 "Unicode Issues") as the text a client meant: its bytes read as UTF-8.
 * Bytes that are not UTF-8 become U+FFFD.
 */
export function utf8(value: string): string {
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return decodeUtf8(bytes);
}

/** Text as CGI has it: its UTF-8 bytes, one character each. */
export function cgiValue(text: string): string {
  const bytes = new TextEncoder().encode(text);
  let value = "";
  for (let i = 0; i < bytes.length; i++) value += String.fromCharCode(bytes[i]!);
  return value;
}

/** Bytes as text; those that are not UTF-8 become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  // njs-types know an ArrayBuffer alone, and that of a part is more than it.
  return new TextDecoder("utf-8", AS_IT_IS).decode(bytes as unknown as ArrayBuffer);
}
