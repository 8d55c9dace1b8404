import { createAdaptorServer } from "@hono/node-server";
import app from "./hono.ts";

createAdaptorServer(app).listen(process.env.SOCKET);
