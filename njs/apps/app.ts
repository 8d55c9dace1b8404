import { type Environ, type StartResponse, WsgiAServer } from "njsgi";

class App extends WsgiAServer {
  override get(environ: Environ, start_response: StartResponse) {
    start_response("200 OK", [["Content-Type", "text/plain"]]);
    return [`${environ["njsgi.module"]}\n`];
  }
}

export const application = new App();
