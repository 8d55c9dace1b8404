import type { Mounts } from "./wsgi/mount.ts";

/**
 * Applications under paths other than their file's. All others are found by file name: `njs/apps/hello.ts` is `/hello`
 * inside nginx, `backend/apps/report.ts` is `/report` in the pool. Plain data: nginx's side and the pool both read it.
 */
export const mounts: Mounts = {
  "/environ": { place: "edge", app: "environ.ts", environ: { "site.name": "njsgi" } },
  "/pool/environ": { place: "pool", app: "pool/environ.ts", environ: { "site.name": "njsgi" } },
};
