import websocket from "@fastify/websocket";
import fastify from "fastify";
import { echo } from "./echo.ts";

/** @fastify/websocket, on an app that is the default export. */

const app = fastify();
await app.register(websocket);
app.route<{ Querystring: { refused?: string } }>({
  method: "GET",
  url: "/echo",
  preValidation: async (request, reply) => {
    if (request.query.refused !== undefined) await reply.code(401).send("no");
  },
  handler: () => String(process.pid),
  wsHandler: echo,
});
export default app;
