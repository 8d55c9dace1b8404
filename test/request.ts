import { type IncomingHttpHeaders, request as httpRequest } from "node:http";
import { connect } from "node:net";

export interface Answer {
  status: number;
  reason: string;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: Buffer;
  text: string;
}

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
}

/** One request, on a connection of its own. @param path as it goes on the wire */
export function request(
  socketPath: string,
  path: string,
  { method, headers, body }: RequestOptions = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({
      socketPath,
      path,
      method,
      headers: { Host: "site.test", ...headers },
      agent: false,
    });
    outgoing.on("error", reject).on("response", (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
      incoming.on("end", () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode!,
          reason: incoming.statusMessage!,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          body: bytes,
          text: bytes.toString(),
        });
      });
    });
    outgoing.end(body);
  });
}

/** Sends bytes as they are, and returns all that comes until the other side ends. */
export function exchange(socketPath: string, bytes: string | Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(socketPath, () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks)));
  });
}
