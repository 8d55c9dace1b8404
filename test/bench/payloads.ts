import { cluster, frameworks, nodeHttp, nodeHttpClose } from "./peers/node.ts";
import { edge, edgeContract, edgeEnviron, edgeOfFifty, lua, luaEnviron, nginxReturn, njsBare } from "./peers/nginx.ts";
import { edgeAndFastcgi, edgeAndPool, fastcgi, http, shipped, uwsgi } from "./peers/njsgi.ts";
import type { Peer } from "./peers/peer.ts";
import { php } from "./peers/php.ts";
import { flask, gunicorn, uwsgiPython } from "./peers/python.ts";

/** What is asked for, and of whom. */
export interface Payload {
  id: string;
  /** As the table shows it. */
  name: string;
  peers: Peer[];
  /** Asked for in turn. */
  paths(peer: Peer): string[];
  /** Of wrk's. */
  script?: "upload.lua" | "mix.lua";
}

const ITEM = "/items/7?quantity=3&currency=EUR";

const POOLS = [uwsgi, fastcgi, http];

const at =
  (path: string) =>
  ({ prefix = "" }: Peer): string[] => [prefix + path];

export const payloads: Payload[] = [
  {
    id: "hello",
    name: "Hello",
    paths: at("/hello"),
    peers: [nginxReturn, njsBare, lua, luaEnviron, edge, edgeEnviron, edgeOfFifty].concat(
      [...POOLS, shipped],
      [nodeHttp, nodeHttpClose, cluster, uwsgiPython, gunicorn, php],
    ),
  },
  {
    id: "json",
    name: "JSON API, ten routes and validation",
    paths: at(ITEM),
    peers: [edgeContract, ...POOLS, nodeHttp, nodeHttpClose, flask, php, ...frameworks],
  },
  {
    id: "page",
    name: "HTML page of 12 escaped rows",
    paths: at("/page"),
    peers: [edgeContract, ...POOLS, nodeHttp, nodeHttpClose, flask, php],
  },
  {
    id: "download",
    name: "Download of 1 MB",
    paths: at("/download"),
    peers: [...POOLS, nodeHttp, nodeHttpClose, uwsgiPython, gunicorn, php],
  },
  {
    id: "upload",
    name: "Upload of 1 MB",
    paths: at("/upload"),
    script: "upload.lua",
    peers: [...POOLS, nodeHttp, nodeHttpClose, uwsgiPython, gunicorn, php],
  },
  {
    id: "mix",
    name: "80% hello, 20% JSON API",
    paths: ({ prefix = "" }) => [...Array<string>(4).fill(`${prefix}/hello`), ITEM],
    script: "mix.lua",
    peers: [edgeAndPool, edgeAndFastcgi, nodeHttp],
  },
];
