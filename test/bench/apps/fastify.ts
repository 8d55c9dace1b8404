import { fastify } from "fastify";
import { item, OTHER_PATHS } from "./payload.ts";

const app = fastify();
for (const path of OTHER_PATHS) app.get(path, () => path);
app.get<{ Params: { id: string }; Querystring: Record<string, unknown> }>("/items/:id", (request, reply) => {
  const { status, value } = item(request.params.id, request.query.quantity, request.query.currency);
  reply.code(status).send(value);
});

await app.listen({ path: process.env.SOCKET ?? "" });
