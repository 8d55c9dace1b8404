/** A running command, as the signals see it. */
export interface Stoppable {
  /** Ends it gracefully. */
  stop(): Promise<void>;
  /** Ends it now. */
  kill(): void;
}

/** SIGTERM and SIGINT stop gracefully, and the process exits with 0. A second one does not wait. */
export function stopOnSignals({ stop, kill }: Stoppable): void {
  let isStopping = false;
  const onSignal = () => {
    if (isStopping) return kill();
    isStopping = true;
    void stop().then(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
}
