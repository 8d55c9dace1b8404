import { inspect } from "node:util";
import { lint } from "../../njs/wsgi/lint.ts";
import { log } from "../gateway/log.ts";
import { servedApplication } from "./application.ts";
import { NOT_LOADED, SOCKET_FD, type WorkerOptions } from "./options.ts";
import { serve } from "./serve.ts";

const options = JSON.parse(process.argv[2]!) as WorkerOptions;
process.title = "njsgi: worker";
// Ctrl-C reaches the whole group; when a worker ends is the master's to say.
process.on("SIGINT", () => {});
// What an application throws where no request waits for it is no reason to lose the others' requests.
process.on("uncaughtException", (error) => log(`uncaught: ${inspect(error)}`));
process.on("unhandledRejection", (error) => log(`unhandled rejection: ${inspect(error)}`));

const served = await servedApplication(options.served).catch((error) => {
  log(inspect(error));
  process.exit(NOT_LOADED);
});
const application = options.lint ? lint(served) : served;
const { protocol, development } = options;
const server = await serve({ application, bind: `fd:${SOCKET_FD}`, protocol, development });
process.once("SIGTERM", drain).once("disconnect", drain);
if (process.connected) process.send!("ready");
else drain();

/** Also when the master is gone: nobody would respawn or stop this worker. */
function drain(): void {
  void server.close().then(() => process.exit(0));
}
