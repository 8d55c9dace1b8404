import { serve, upgradeWebSocket } from "@hono/node-server";
import { Hono } from "hono";
import { WebSocketServer } from "ws";

/** Hono's upgradeWebSocket of @hono/node-server, as a program that calls serve(). */

const app = new Hono();
app.get(
  "/echo",
  async (c, next) => (c.req.query("refused") === undefined ? next() : c.text("no", 401)),
  upgradeWebSocket(() => ({
    onMessage({ data }, client) {
      if (data === "close") client.close(4000, "asked to");
      else if (data === "who") client.send(String(process.pid));
      else client.send(data as string | ArrayBuffer);
    },
    onClose: ({ code, reason }) => console.error("closed:", code, reason),
  })),
  (c) => c.text(String(process.pid)),
);
serve({ fetch: app.fetch, websocket: { server: new WebSocketServer({ noServer: true }) } });
