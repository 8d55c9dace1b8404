import { mediaType } from "./media_type.ts";
import { requestError } from "./request_error.ts";
import type { Environ } from "./types.ts";

/**
 * The JSON in the request's body. Reads that to its end, into memory, with the limits of `readForm`. The njs engine reads
 * 31 levels of lists and objects in each other.
 * @throws RequestError 415 where the request's Content-Type is neither `application/json` nor `…+json`, which a page of
 *   another site could send unasked; 400 where the body is no JSON in UTF-8 (RFC 8259 section 8.1)
 */
export async function readJson(environ: Environ): Promise<unknown> {
  if (!/^application\/([^ ]+\+)?json$/.test(mediaType(environ))) {
    throw requestError("415 Unsupported Media Type", "want application/json");
  }
  const bytes = await environ["wsgi.input"].read();
  try {
    // Strictly, and a byte order mark is ignored. njs-types know an ArrayBuffer alone.
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes as unknown as ArrayBuffer));
  } catch {
    throw requestError("400 Bad Request", "the request's body is not JSON");
  }
}
