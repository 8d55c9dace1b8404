/** The pool from a program of one's own: `import { serve } from "njsgi/pool"`. Node only. */
export { type PoolServer, type Protocol, type ServeOptions, serve } from "./worker/serve.ts";
