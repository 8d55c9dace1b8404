/** Holds the process for 100 ms of its CPU, however long it has to wait for that. */
export function burn(): void {
  const start = process.cpuUsage();
  for (let used = 0; used < 100_000;) {
    for (let n = 0; n < 100_000; n++) Math.sqrt(n);
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
}
