import type { WebSocket } from "ws";

/** What each of the servers here answers, and what it prints of a client that is gone. */
export function echo(client: WebSocket): void {
  client.on("error", (error) => console.error("socket error:", error.message));
  client.on("close", (code, reason) => console.error("closed:", code, String(reason)));
  client.on("message", (data, isBinary) => {
    if (String(data) === "close") client.close(4000, "asked to");
    else if (String(data) === "who") client.send(String(process.pid));
    else client.send(data, { binary: isBinary });
  });
}
