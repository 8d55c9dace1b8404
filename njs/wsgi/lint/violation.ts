/**
 * @param rule the id of the `//=` comment above the check
 * @param sentence "the application …" or "the server …": what it did, and what is wanted
 */
export function violation(rule: string, sentence: string): Error {
  return new Error(`${sentence} (${rule} in docs/contract.md)`);
}

/** A value as a sentence shows it: strings quoted, so that no line of the log can be forged. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  // not String(): that would run the value's own toString
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value);
  return String(value);
}
