import { inspect } from "node:util";
import { Worker } from "node:worker_threads";
import { log } from "../gateway/log.ts";
import { servedApplication } from "./application.ts";
import { BEAT_MS, type FromWorker } from "./messages.ts";
import { FIRST_SOCKET_FD, NOT_LOADED, type WorkerOptions } from "./options.ts";
import { serve } from "./serve.ts";
import { newTally } from "./tally.ts";

const { settings, served, sockets } = JSON.parse(process.argv[2]!) as WorkerOptions;
process.title = "njsgi: worker";
if (settings.umask !== undefined) process.umask(settings.umask);
// Ctrl-C reaches the whole group; when a worker ends is the master's to say.
process.on("SIGINT", () => {});
// What an application throws where no request waits for it is no reason to lose the others' requests.
process.on("uncaughtException", (error) => log(`uncaught: ${inspect(error)}`));
process.on("unhandledRejection", (error) => log(`unhandled rejection: ${inspect(error)}`));

const application = await servedApplication(served, settings.lint).catch((error) => {
  log(inspect(error));
  process.exit(NOT_LOADED);
});
const { protocol, development } = settings;
const binds = Array.from({ length: sockets }, (_, at) => `fd:${FIRST_SOCKET_FD + at}`);
const servers = await Promise.all(binds.map((bind) => serve({ application, bind, protocol, development })));
const tally = newTally();
if (settings.trace) new Worker(new URL("./trace_thread.ts", import.meta.url)).unref();
const beats = setInterval(() => tell({ type: "beat", beat: tally.beat() }), BEAT_MS);

process.once("SIGTERM", drain).once("disconnect", drain);
if (process.connected) tell({ type: "ready" });
else drain();

function tell(message: FromWorker): void {
  if (process.connected) process.send!(message);
}

/** Also when the master is gone: nobody would respawn or stop this worker. */
function drain(): void {
  void Promise.all(servers.map((server) => server.close())).then(() => {
    clearInterval(beats);
    process.exit(0);
  });
}
