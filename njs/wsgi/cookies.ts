import { type Cookies, parseCookie } from "cookie";
import type { Environ } from "./types.ts";
import { utf8 } from "./utf8.ts";

/** The request's cookies by name, their values decoded; of two of one name the first. Any name is safe. */
export function cookies(environ: Environ): Cookies {
  return parseCookie(utf8((environ.HTTP_COOKIE as string | undefined) ?? ""));
}
