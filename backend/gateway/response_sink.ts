import type { ServerResponse } from "node:http";
import { cut, drained, type Sink } from "./sink.ts";

/**
 * A response of node:http.
 * @param id the request's, for a header that no application sets, as behind nginx.conf's add_header
 */
export function responseSink(response: ServerResponse, id?: string): Sink {
  return {
    head(status, headers) {
      // of a listener whose answer this one takes the place of
      for (const name of response.getHeaderNames()) response.removeHeader(name);
      const flat: string[] = id === undefined ? [] : ["X-Request-ID", id];
      for (const [name, value] of headers) {
        if (id === undefined || name.toLowerCase() !== "x-request-id") flat.push(name, value);
      }
      response.writeHead(Number(status.slice(0, 3)), status.slice(4), flat);
    },
    write: (chunk) => !response.destroyed && response.write(chunk),
    drained: () => drained(response),
    end: () => void response.end(),
    cut: () => void (response.socket && cut(response.socket)),
  };
}
