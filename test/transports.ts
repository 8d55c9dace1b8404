/** What nginx speaks to the pool besides uwsgi. */
export type Transport = "fastcgi" | "scgi";

/** nginx.conf's location, to speak another protocol. */
export function speaking(transport: Transport, conf: string): string {
  return transport === "fastcgi" ? speakingFastcgi(conf) : conf.replaceAll("uwsgi_", "scgi_");
}

/** As nginx.conf's own comment says: what it names in the upstream, and its lines for FastCGI in place of uwsgi's. */
function speakingFastcgi(conf: string): string {
  const keepalive = /`(keepalive \d+;)` in the upstream/.exec(conf)![1]!;
  return conf
    .replace(/(upstream njsgi \{[^}]*)\}/, `$1${keepalive} }`)
    .replaceAll(/^( +)(uwsgi_(?!temp_path)|include njs\/uwsgi_params)/gm, "$1# $2")
    .replaceAll(/^( +)# (fastcgi_|include njs\/fastcgi_params)/gm, "$1$2");
}

/**
 * nginx.conf with a server more, which is like its own but for the protocol to the pool.
 * @param listen what it listens on, and the like. @param poolSocket the pool's
 */
export function withTransport(conf: string, transport: Transport, listen: string, poolSocket: string): string {
  const own = /\n {4}server \{[^]*?\n {4}\}\n/.exec(conf)![0];
  const server = speaking(transport, own)
    .replace(/listen [^\n]*/, listen)
    .replaceAll("_pass njsgi;", `_pass ${transport};`);
  const upstream = `upstream ${transport} {
    server unix:${poolSocket} max_fails=0;
    server unix:${poolSocket} max_fails=0;
    ${transport === "fastcgi" ? "keepalive 32;" : ""}
  }`;
  return conf.replace(/\}\s*$/, `${upstream}\n${server}}\n`);
}
