import type { Environ } from "./types.ts";

/** The request's Content-Type in lower case and without its parameters: `application/json`; empty without one. */
export function mediaType({ CONTENT_TYPE }: Environ): string {
  return CONTENT_TYPE.split(";", 1)[0]!.trim().toLowerCase();
}
