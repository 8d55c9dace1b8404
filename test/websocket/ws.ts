import { createServer } from "node:http";
import express from "express";
import { WebSocketServer } from "ws";
import { nodeListener } from "njsgi/pool";
import { echo } from "./echo.ts";

/** `ws` beside an Express app on one server, as an application. */

const app = express().get("/echo", (_request, response) => response.send(String(process.pid)));
const server = createServer(app);
const sockets = new WebSocketServer({ noServer: true });
server.on("upgrade", (request, socket, head) => {
  if (request.url === "/echo?refused") {
    socket.end("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
    return;
  }
  sockets.handleUpgrade(request, socket, head, echo);
});
export const application = nodeListener(server);
