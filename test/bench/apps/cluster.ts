/** node_http.ts under node:cluster, as `pm2 start -i N` runs it: the primary hands each connection to the next worker. */
import cluster from "node:cluster";

cluster.schedulingPolicy = cluster.SCHED_RR;
if (cluster.isPrimary) for (let n = 0; n < Number(process.env.WORKERS); n++) cluster.fork();
else await import("./node_http.ts");
