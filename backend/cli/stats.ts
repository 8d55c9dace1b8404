import { PROMETHEUS_TYPE, prometheusText } from "../control/prometheus.ts";
import { openStats } from "../control/stats_server.ts";
import { uwsgiStats } from "../control/uwsgi_stats.ts";
import type { Master } from "../master/master.ts";
import { status } from "../master/status.ts";
import type { Settings } from "../settings/table.ts";

/**
 * `--stats`.
 * @param gid the group of a unix socket; the process's own when not given
 * @returns what closes it
 * @throws Error where the address can't be had
 */
export async function serveStats(settings: Settings, master: Master, gid?: number): Promise<() => void> {
  const { name, stats, socketMode: mode } = settings;
  if (stats === undefined) return () => {};
  const pages = {
    "/": {
      type: "application/json",
      text: async () => uwsgiStats(await status(name, master), master.totals(), settings),
    },
    "/metrics": {
      type: PROMETHEUS_TYPE,
      text: async () => prometheusText(await status(name, master), master.totals()),
    },
  };
  return openStats(stats, { pages, mode, gid });
}
