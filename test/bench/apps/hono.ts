import { Hono } from "hono";
import { item, OTHER_PATHS } from "./payload.ts";

const app = new Hono();
for (const path of OTHER_PATHS) app.get(path, (c) => c.text(path));
app.get("/items/:id", (c) => {
  const { status, value } = item(c.req.param("id"), c.req.query("quantity"), c.req.query("currency"));
  return c.json(value, status);
});

export default app;
