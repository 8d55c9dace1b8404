import { Router } from "@koa/router";
import Koa from "koa";
import { item, OTHER_PATHS } from "./payload.ts";

const router = new Router();
for (const path of OTHER_PATHS) router.get(path, (ctx) => void (ctx.body = path));
router.get("/items/:id", (ctx) => {
  const { status, value } = item(ctx.params.id!, ctx.query.quantity, ctx.query.currency);
  ctx.status = status;
  ctx.body = value;
});

const app = new Koa();
app.use(router.routes());
app.listen(process.env.SOCKET ?? "");
