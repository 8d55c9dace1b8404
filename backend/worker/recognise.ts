import type { RequestListener, Server } from "node:http";
import { type FetchObject, fetchHandler } from "../adapter/fetch_handler.ts";
import { nodeListener } from "../adapter/node_listener.ts";
import type { Application } from "../../njs/wsgi/types.ts";

/**
 * The application of what a program of today exports: in this order, an object with `fetch` (Hono, h3, any WinterTC
 * handler); an app of Fastify, Koa, or Express and Connect; an http.Server.
 * @returns undefined for anything else
 */
export async function recognise(exported: unknown): Promise<Application | undefined> {
  if (!isObject(exported)) return undefined;
  if (has(exported, "fetch")) return fetchHandler(exported as unknown as FetchObject);
  if (has(exported, "ready", "inject")) {
    await (exported as { ready(): Promise<unknown> }).ready();
    return nodeListener((exported as { server: Server }).server); // Fastify's WebSockets are its server's
  }
  if (has(exported, "callback", "use")) return nodeListener((exported as { callback(): RequestListener }).callback());
  if (has(exported, "handle", "use")) return nodeListener(exported as unknown as RequestListener);
  if (has(exported, "listen", "emit")) return nodeListener(exported as unknown as Server);
  return undefined;
}

/** A framework's own class is another one in each copy of it: what it can do says more. */
function has(value: Record<string, unknown>, ...methods: string[]): boolean {
  return methods.every((method) => typeof value[method] === "function");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
