/** The pool from a program of one's own: `import { serve } from "njsgi/pool"`; and what makes applications of others. Node only. */
export { type FetchContext, type FetchHandler, fetchHandler, type FetchObject } from "./adapter/fetch_handler.ts";
export { nodeListener } from "./adapter/node_listener.ts";
export { toFetch } from "./adapter/to_fetch.ts";
export { toNodeListener } from "./adapter/to_node_listener.ts";
export { type PoolServer, type Protocol, type ServeOptions, serve } from "./worker/serve.ts";
