import { fastcgiPool, pool } from "./njsgi.ts";
import { app, KEPT_ALIVE, type Peer, PROXY } from "./peer.ts";

/** A Node program that listens on SOCKET, behind nginx that keeps its connections to it. */
function keptAlive(id: string, name: string, file: string, env: NodeJS.ProcessEnv = {}): Peer {
  return {
    id,
    name,
    location: KEPT_ALIVE,
    isKeptAlive: true,
    program: (socket) => ({
      command: process.execPath,
      args: [app(file)],
      env: { NODE_ENV: "production", SOCKET: socket, ...env },
    }),
  };
}

/** The same behind nginx as it comes, a connection a request. */
function connecting(peer: Peer): Peer {
  return {
    ...peer,
    id: `${peer.id}-close`,
    name: `${peer.name}, no keep-alive`,
    location: PROXY,
    isKeptAlive: false,
  };
}

export const nodeHttp = keptAlive("node", "node:http", "node_http.ts");
export const nodeHttpClose = connecting(nodeHttp);

export const cluster = keptAlive("cluster", "node:cluster round-robin", "cluster.ts", { WORKERS: "1" });
export const clusterOfFour = keptAlive("cluster-4", "node:cluster round-robin", "cluster.ts", { WORKERS: "4" });
export const clusterOfFourClose = connecting(clusterOfFour);

const express = keptAlive("express-node", "Express, node:http", "express.ts");

/** Each framework on ours, and on node:http. */
export const frameworks: Peer[] = [
  pool({ id: "express", name: "Express, njsgi, uwsgi" }, "express.ts"),
  fastcgiPool({ id: "express-fastcgi", name: "Express, njsgi, FastCGI" }, "express.ts"),
  express,
  connecting(express),
  pool({ id: "koa", name: "Koa, njsgi, uwsgi" }, "koa.ts"),
  fastcgiPool({ id: "koa-fastcgi", name: "Koa, njsgi, FastCGI" }, "koa.ts"),
  keptAlive("koa-node", "Koa, node:http", "koa.ts"),
  pool({ id: "fastify", name: "Fastify, njsgi, uwsgi" }, "fastify.ts"),
  fastcgiPool({ id: "fastify-fastcgi", name: "Fastify, njsgi, FastCGI" }, "fastify.ts"),
  keptAlive("fastify-node", "Fastify, node:http", "fastify.ts"),
  pool({ id: "hono", name: "Hono, njsgi, uwsgi" }, "hono.ts"),
  fastcgiPool({ id: "hono-fastcgi", name: "Hono, njsgi, FastCGI" }, "hono.ts"),
  keptAlive("hono-node", "Hono, node:http", "hono_node.ts"),
];
