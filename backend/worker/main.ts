import { flushCompileCache } from "node:module";
import { inspect } from "node:util";
import { backgroundEnded } from "../gateway/background.ts";
import { type Exchange, newGateway, type Observer } from "../gateway/gateway.ts";
import { log, openLog, reopenLog } from "../gateway/log.ts";
import { openAccessLog } from "./access_log.ts";
import { logApplicationOutput } from "./application_output.ts";
import { servedApplication } from "./application.ts";
import { BEAT_MS, type FromWorker, type ToWorker } from "./messages.ts";
import { runsProgram, tellDrained } from "./listen_takeover.ts";
import { FIRST_SOCKET_FD, NOT_LOADED, type WorkerOptions } from "./options.ts";
import { timeOutRequests } from "./request_timeout.ts";
import { listen } from "./serve.ts";
import { newTally } from "./tally.ts";
import { startTraceThread } from "./trace_requests.ts";

/** Another exit is an application's doing. */
let isOwnExit = false;
const { index, settings, served, sockets } = JSON.parse(process.argv[2]!) as WorkerOptions;
process.title = `njsgi: worker ${index}`;
if (settings.umask !== undefined) process.umask(settings.umask);
openLog({ path: settings.errorLog, format: settings.logFormat, worker: index });
logApplicationOutput();
const accessLog =
  settings.accessLog === undefined ? undefined : openAccessLog(settings.accessLog, settings.logFormat, index);
process.on("message", (message: ToWorker) => message.type === "reopen-logs" && reopenLogs());
// Ctrl-C reaches the whole group; when a worker ends is the master's to say.
process.on("SIGINT", () => {});
// What an application throws where no request waits for it is no reason to lose the others' requests.
process.on("uncaughtException", (error) => log(`uncaught: ${inspect(error)}`, { level: "error" }));
process.on("unhandledRejection", (error) => log(`unhandled rejection: ${inspect(error)}`, { level: "error" }));
process.on("exit", (code) => {
  if (isOwnExit) return;
  log(`process.exit(${code}) was called\n${new Error().stack?.replace(/^Error\n/, "")}`, { level: "error" });
});

const application = await servedApplication(served, sockets[0]!.address, settings.lint).catch(
  async (error: unknown) => {
    log(inspect(error), { level: "error" });
    const reason = error instanceof Error ? error.message : inspect(error);
    await new Promise<unknown>((sent) => tell({ type: "not-loaded", reason }, sent));
    end(NOT_LOADED);
  },
);
const tally = newTally();
const observer: Observer = accessLog ? { ...tally, answered } : tally;
const { development, maxBody, maxHeader, concurrency } = settings;
const gateway = newGateway({ application, development, maxBody, maxHeader, concurrency, observer });
const servers = await Promise.all(
  sockets.map(({ protocol }, at) => listen(gateway, `fd:${FIRST_SOCKET_FD + at}`, protocol, settings.backlog)),
);
if (settings.trace) startTraceThread(gateway.open);
const beats = setInterval(beat, BEAT_MS);

let isDraining = false;
let isDrained = false;
/** Whether a program was told to end, by a listener of its own: it may have much to do before it closes its server. */
let isToldToEnd = false;
// Before its listeners, of which a once() is gone by then.
process.prependListener("SIGTERM", () => {
  const isHeard = process.listenerCount("SIGTERM") > 1;
  isToldToEnd ||= isHeard && runsProgram();
  if (isDrained && !isHeard) end(0); // raised again, as by Nest's shutdown hooks once they are through
  drain();
});
process.on("disconnect", drain);
if (process.connected) tell({ type: "ready" });
else drain();
flushCompileCache(); // for the next worker, should this one be killed

/** @param sent called when it is on its way, or nobody is there to be told */
function tell(message: FromWorker, sent: (error: Error | null) => void = () => {}): void {
  if (process.connected) process.send!(message, sent);
  else sent(null);
}

function beat(): void {
  timeOutRequests(gateway.open, settings.timeout);
  tell({ type: "beat", beat: tally.beat(gateway.open.size) });
}

function answered(exchange: Exchange, status: number, bodyBytes: number): void {
  tally.answered(exchange, status, bodyBytes);
  accessLog!.answered(exchange, status, bodyBytes);
}

function reopenLogs(): void {
  try {
    reopenLog();
    accessLog?.reopen();
  } catch (error) {
    log(`goes on in the old log file: ${(error as Error).message}`, { level: "error" });
  }
}

/** Also when the master is gone: nobody would respawn or stop this worker. */
function drain(): void {
  if (isDraining) return; // a reload's and a stop's signal, or the master's end after either, are one drain
  isDraining = true;
  void Promise.all(servers.map((server) => server.close()))
    .then(backgroundEnded)
    .then(() => {
      beat();
      isOwnExit = isDrained = true;
      const isWaiting = tellDrained();
      if (!isWaiting && !isToldToEnd) end(0);
      // Such a program ends by itself, as without us: it may have work left, or a database to leave.
      beats.unref();
      process.channel?.unref();
    });
}

function end(code: number): never {
  isOwnExit = true;
  process.exit(code);
}
