import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { until } from "./until.ts";

/** A program a test runs, in a process group of its own, its output in a file. */
export interface Program {
  pid: number;
  /** What it has printed, standard output and error together. */
  output(): string;
  /** Resolves when it is gone, with its exit code or its signal's name. */
  exited: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
  /** Waits until it has printed `text`. @throws Error with its output when it ends without */
  printed(text: string): Promise<void>;
  /** Asks it to end and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killGroup(child);
});

export interface ProgramOptions {
  cwd: string;
  log: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  /** Descriptors it has from 3 on. */
  descriptors?: number[];
}

export function runProgram(
  command: string,
  args: string[],
  { cwd, log, env, uid, descriptors = [] }: ProgramOptions,
): Program {
  const file = openSync(log, "a");
  const child = spawn(command, args, {
    cwd,
    uid,
    detached: true,
    stdio: ["ignore", file, file, ...descriptors],
    env: { ...process.env, ...env },
  });
  closeSync(file);
  running.add(child);
  let last: string | undefined; // once it is stopped: a test that failed is shown it when its folder is gone
  const output = () => last ?? readFileSync(log, "utf8");
  let ended: number | NodeJS.Signals | undefined;
  const exited = new Promise<number | NodeJS.Signals>((settle, fail) => {
    child.once("error", fail);
    child.once("exit", (code, signal) => settle((ended = code ?? signal!)));
  });
  return {
    pid: child.pid!,
    output,
    exited,
    kill: (signal) => void child.kill(signal),
    async printed(text) {
      await until(
        `${command} ${args.join(" ")} to print "${text}"`,
        () => {
          if (output().includes(text)) return true;
          if (ended !== undefined) throw new Error(`${command} ended with ${ended}:\n${output()}`);
          return false;
        },
        30,
      );
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await exited;
      // Whatever it left behind, as nginx's workers when their master was killed.
      killGroup(child);
      running.delete(child);
      if (statSync(log).isFile()) last = output(); // /dev/full has no end
    },
  };
}

function killGroup(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    // nobody left
  }
}
