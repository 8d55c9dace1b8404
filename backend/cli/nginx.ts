import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** nginx.conf's. */
const PID_FILE = ".run/nginx.pid";

/** What is read in place of nginx.conf when the port is another, or in development. */
const CONF_COPY = ".nginx.conf";

export interface Nginx {
  /** Resolves when it accepts connections. Rejects when it ends instead; it says why itself. */
  ready: Promise<void>;
  /** Resolves when it is gone, whatever the reason. */
  exited: Promise<void>;
  /** Has it read its configuration, and dist/njsgi.js, anew. */
  reload(): void;
  /** Gracefully. */
  stop(): Promise<void>;
  kill(): void;
}

/**
 * Runs nginx on the nginx.conf of the working directory.
 * @param port on 127.0.0.1
 * @param development whether a 500 of the edge shows its error
 */
export function spawnNginx(port: number, development: boolean): Nginx {
  const child = spawn("nginx", ["-p", ".", "-c", configure(port, development), "-g", "daemon off;"], {
    // A group of its own: a Ctrl-C is for us, and SIGINT would end nginx in the middle of its requests.
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
  });
  let isGone = false;
  const exited = new Promise<unknown>((resolve) => child.once("exit", resolve).once("error", resolve)).then(() => {
    isGone = true;
  });

  async function listening(): Promise<void> {
    // It writes its pid once it has bound its sockets.
    while (readPid() !== child.pid) {
      if (isGone) throw new Error(`nginx did not start on port ${port}`);
      await sleep(10);
    }
  }

  return {
    ready: listening(),
    exited,
    reload: () => void child.kill("SIGHUP"),
    stop() {
      child.kill("SIGQUIT");
      return exited;
    },
    kill: () => void child.kill("SIGTERM"),
  };
}

/** nginx.conf itself, or a copy where it is to say something else. */
function configure(port: number, development: boolean): string {
  const conf = readFileSync("nginx.conf", "utf8");
  let copy = conf.replace(/(listen 127\.0\.0\.1:)\d+;/, `$1${port};`);
  if (development) copy = copy.replace('$njsgi_development "";', "$$njsgi_development on;");
  if (copy === conf) return "nginx.conf";
  writeFileSync(CONF_COPY, copy);
  return CONF_COPY;
}

function readPid(): number {
  try {
    return Number(readFileSync(PID_FILE, "utf8"));
  } catch {
    return NaN;
  }
}
