import { log } from "../gateway/log.ts";
import type { Source } from "../settings/resolve.ts";

/** systemd's SD_LISTEN_FDS_START. */
const FIRST_FD = 3;

/**
 * The sockets systemd hands over (sd_listen_fds(3)), in place of every other `bind`. The variables that say so go: a
 * worker is not to take them for its own.
 */
export function passedSockets(): Source {
  const { LISTEN_PID, LISTEN_FDS } = process.env;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"]) delete process.env[name];
  if (LISTEN_PID === undefined || LISTEN_FDS === undefined) return {};
  if (Number(LISTEN_PID) !== process.pid) {
    log(`sockets are handed to process ${LISTEN_PID}, and this is ${process.pid}: start node without a shell or npx`);
    return {};
  }
  const texts = Array.from({ length: Number(LISTEN_FDS) }, (_, at) => `fd:${FIRST_FD + at}`);
  return { bind: { texts, origin: "LISTEN_FDS" } };
}
