import express from "express";
import { item, OTHER_PATHS } from "./payload.ts";

const app = express();
for (const path of OTHER_PATHS) app.get(path, (_request, response) => void response.send(path));
app.get("/items/:id", (request, response) => {
  const { status, value } = item(request.params.id, request.query.quantity, request.query.currency);
  response.status(status).json(value);
});

// In the pool this listens nowhere: its server gets what the pool accepts.
app.listen(process.env.SOCKET ?? "");
