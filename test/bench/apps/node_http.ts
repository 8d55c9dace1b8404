/** The same in node:http, as most run it behind nginx; on the unix socket named in SOCKET. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { burn } from "./burn.ts";
import { download, HELLO, item, itemId, page } from "./payload.ts";

const server = createServer((request, response) => {
  const [path, search] = request.url!.split("?", 2);
  switch (path) {
    case "/hello":
      return send(response, 200, "text/plain", HELLO);
    case "/page":
      return send(response, 200, "text/html; charset=utf-8", page());
    case "/download":
      return send(response, 200, "application/octet-stream", download());
    case "/upload":
      return upload(request, response);
    case "/burn":
      burn();
      return send(response, 200, "text/plain", "burnt\n");
  }
  const id = itemId(path!);
  if (id === undefined) return send(response, 404, "text/plain", "not found\n");
  const query = new URLSearchParams(search);
  const { status, value } = item(id, query.get("quantity"), query.get("currency"));
  send(response, status, "application/json", JSON.stringify(value));
});

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { "Content-Type": type, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

function upload(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => send(response, 200, "text/plain", `${Buffer.concat(chunks).length}\n`));
}

server.listen(process.env.SOCKET);
// So that its compile cache is written.
process.once("SIGTERM", () => process.exit());
