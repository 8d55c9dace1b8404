import { globSync, writeFileSync } from "node:fs";
import type { Peer } from "./peer.ts";

/** No keep-alive: a connection would keep the child to itself. */
export const php: Peer = {
  id: "php",
  name: "PHP-FPM",
  packages: ["php-fpm"],
  location: `root bench;
    include /etc/nginx/fastcgi_params;
    fastcgi_param SCRIPT_FILENAME $realpath_root/index.php;
    fastcgi_pass $UPSTREAM;`,
  program(socket) {
    const configuration = `${socket}.conf`;
    writeFileSync(
      configuration,
      `[global]
error_log = /dev/stderr
[www]
user = www-data
group = www-data
listen = ${socket}
listen.mode = 0666
listen.backlog = 1024
pm = static
pm.max_children = 1
`,
    );
    const [command = "php-fpm"] = globSync("/usr/sbin/php-fpm*");
    return { command, args: ["--nodaemonize", "--fpm-config", configuration], signal: "SIGQUIT" };
  },
};
