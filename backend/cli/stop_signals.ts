/** A running command, as the signals see it. */
export interface Stoppable {
  /** Ends it gracefully. */
  stop(): Promise<void>;
  /** Ends it now. */
  kill(): void;
}

/** One Ctrl-C under npm is two SIGINTs: the terminal's to the whole group, and npm's to its child. */
const ONE_CTRL_C_MS = 1000;

/** SIGTERM and SIGINT stop gracefully, and the process exits with 0. A second one does not wait. */
export function stopOnSignals({ stop, kill }: Stoppable): void {
  let first: number | undefined;
  const onSignal = () => {
    if (first === undefined) {
      first = Date.now();
      void stop().then(() => process.exit(0));
    } else if (Date.now() - first > ONE_CTRL_C_MS) {
      kill();
    }
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}
