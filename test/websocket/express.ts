import { WebSocketExpress } from "websocket-express";
import { echo } from "./echo.ts";

/** websocket-express, Express 5 with `app.ws`, as a program. */

const app = new WebSocketExpress();
app.get("/echo", (_request, response) => response.send(String(process.pid)));
app.ws("/echo", async (request, response) => {
  if ("refused" in request.query) return response.reject(401);
  echo(await response.accept());
});
app.createServer().listen(3000);
