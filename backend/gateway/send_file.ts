import type { Head } from "../../njs/wsgi/start_response.ts";
import { accelUri, isKept } from "./accel_redirect.ts";
import type { FileBody } from "./file_body.ts";
import { wholeFile } from "./whole_file.ts";

/**
 * Completes the head of a response whose body is a file: with X-Accel-Redirect where nginx can send it, with ranges, an
 * ETag and no byte through this process; else with its length, where all of it is to come.
 * @returns whether the head is all there is to send
 */
export async function sendFile(body: FileBody, head: Head, method: string): Promise<boolean> {
  const fd = await body.descriptor();
  const file = fd === undefined ? undefined : wholeFile(fd);
  if (!file || head.sent || head.status === "") return false;
  const uri = accelUri(body.mapping, file.path);
  if (uri !== undefined && isKept(head, file)) {
    head.headers = head.headers.filter(([name]) => name.toLowerCase() !== "content-length");
    head.headers.push(["X-Accel-Redirect", uri]);
    head.contentLength = undefined;
    return true;
  }
  if (head.contentLength === undefined) {
    head.headers.push(["Content-Length", String(file.size)]);
    head.contentLength = file.size;
  }
  return method === "HEAD";
}
