import { type Fields, parseFields } from "./fields.ts";
import type { Environ } from "./types.ts";
import { utf8 } from "./utf8.ts";

/** The fields of QUERY_STRING: `/greet?name=Ann` has `query(environ).name`. */
export function query(environ: Environ): Fields {
  return parseFields(utf8(environ.QUERY_STRING));
}
