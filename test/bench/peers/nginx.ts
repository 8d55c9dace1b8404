import type { Peer } from "./peer.ts";

const LUA = ["libnginx-mod-http-lua"];
const LUA_HELLO = 'ngx.header.content_length = 13 ngx.print("Hello world!\\n")';

/** What nginx answers without a process behind it: itself, in bare njs, in Lua, and at our edge. */
export const nginxReturn: Peer = {
  id: "return",
  name: "nginx `return`",
  location: 'default_type text/plain; return 200 "Hello world!\\n";',
};

export const njsBare: Peer = {
  id: "njs-bare",
  name: "njs, bare `r.return`",
  location: `js_import bare from bench/bare.js; js_content bare.hello;`,
};

export const lua: Peer = {
  id: "lua",
  name: "Lua",
  packages: LUA,
  location: `default_type text/plain; content_by_lua_block { ${LUA_HELLO} }`,
};

export const luaEnviron: Peer = {
  id: "lua-environ",
  name: "Lua, the whole environ",
  packages: LUA,
  location: `default_type text/plain; content_by_lua_block { local environ = require("environ").create() ${LUA_HELLO} }`,
};

/** The application reads nothing of its environ, so the build leaves that out. */
export const edge: Peer = { id: "edge", name: "njsgi, edge", isOurs: true, host: "one" };

export const edgeContract: Peer = { ...edge, host: "shipped", prefix: "/edge" };

export const edgeEnviron: Peer = {
  id: "edge-environ",
  name: "njsgi, edge, the whole environ",
  isOurs: true,
  host: "shipped",
  prefix: "/edge/whole",
};

export const edgeOfFifty: Peer = { id: "fifty", name: "njsgi, edge of 50 apps", isOurs: true, host: "fifty" };
