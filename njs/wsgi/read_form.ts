import { type Fields, parseFields } from "./fields.ts";
import { mediaType } from "./media_type.ts";
import { requestError } from "./request_error.ts";
import type { Environ } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * The fields of a form in the request's body. Reads that to its end, into memory: its limit is nginx's
 * `client_max_body_size`, at the edge `client_body_buffer_size`.
 *
 * A form with files, `multipart/form-data`, it does not read: in the pool `@fastify/busboy` does, fed with `wsgi.input`.
 * @throws RequestError 415 where the request's Content-Type is not `application/x-www-form-urlencoded`
 */
export async function readForm(environ: Environ): Promise<Fields> {
  if (mediaType(environ) !== "application/x-www-form-urlencoded") {
    throw requestError("415 Unsupported Media Type", "want application/x-www-form-urlencoded");
  }
  return parseFields(decodeUtf8(await environ["wsgi.input"].read()));
}
