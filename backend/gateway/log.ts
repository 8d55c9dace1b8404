/** One entry of the server's log, on standard error: `njsgi[pid] message`. A message of several lines stays together. */
export function log(message: string): void {
  process.stderr.write(`njsgi[${process.pid}] ${message}\n`);
}
