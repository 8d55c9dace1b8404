import { globSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** An nginx with njs, to test on. */
export interface Generation {
  /** What runs nginx, its arguments to follow. */
  command: [string, ...string[]];
  /** nginx.conf as it must be there. */
  conf(text: string): string;
}

const NAMED = process.env.NGINX_GENERATION;

/** The system's; where NGINX_GENERATION names one, what generations.sh has unpacked for it, `-qjs` with QuickJS. */
export const generation: Generation = NAMED
  ? unpacked(NAMED.replace(/-qjs$/, ""), NAMED.endsWith("-qjs"))
  : { command: ["nginx"], conf: (text) => text };

function unpacked(name: string, isQuickJs: boolean): Generation {
  const root = fileURLToPath(new URL(`../.generations/${name}`, import.meta.url));
  // Its own loader, so that it gets its own C library.
  const [loader] = globSync(`${root}/usr/lib/*-linux-gnu/ld-linux*.so.*`);
  if (!loader) throw new Error(`NGINX_GENERATION is ${NAMED}, which is not there: sh test/generations.sh ${NAMED}`);
  return {
    command: [loader, "--library-path", loader.replace(/\/[^/]*$/, ""), `${root}/usr/sbin/nginx`],
    conf(text) {
      const own = text.replaceAll(/ (?=\/(usr\/lib|etc)\/nginx\/)/g, ` ${root}`);
      return isQuickJs ? own.replace("http {", "http {\n    js_engine qjs;") : own;
    },
  };
}
