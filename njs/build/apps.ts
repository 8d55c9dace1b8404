import { join } from "node:path";
import type { Plugin } from "rollup";
import { moduleName } from "../wsgi/module_name.ts";
import type { Mount } from "../wsgi/mount.ts";
import { cgiValue } from "../wsgi/utf8.ts";
import { type Factory, makeFactory } from "./factory.ts";
import { NO_SOURCE } from "./positions.ts";
import { readTable } from "./table.ts";

/** A module for each application file, so that rollup follows its source map. */
const FACTORY = "njsgi:factory?";

/**
 * The module `njsgi:apps`: a site's routes, and each application file as one factory function that is run when its route
 * is asked for. The njs engine runs the bundle's top level anew for every request: with 60 applications there it answers
 * a tenth of the requests, with factories three quarters.
 * @param site the folder with `njs/apps` and `njs/routes.ts`
 */
export function apps(site: string): Plugin {
  const factories = new Map<string, Factory>();
  return {
    name: "apps",
    resolveId: (id) => (id === "njsgi:apps" || id.startsWith(FACTORY) ? id : null),
    async load(id) {
      if (id.startsWith(FACTORY)) return factories.get(id.slice(FACTORY.length))!;
      if (id !== "njsgi:apps") return null;
      const { files, mounts } = await readTable(site);
      const mounted = Object.entries(mounts).sort(([a], [b]) => b.length - a.length);
      const edgeMounts = mounted.filter(([, { place }]) => place === "edge");
      const names = new Set([...files.values(), ...edgeMounts.map(([, { app }]) => app)]);
      for (const app of names) factories.set(app, await makeFactory(join(site, "njs/apps"), app));
      for (const { error } of factories.values()) if (error) this.warn(`${error}\nIts path will answer 500.`);

      const route = (scriptName: string, mount: Mount) => routeLiteral(scriptName, mount, factories.get(mount.app));
      const fileCases = [...files].map(([path, app]) => {
        const scriptName = cgiValue(path.replace(/\/$/, ""));
        return `case ${JSON.stringify(cgiValue(path))}: return ${route(scriptName, { place: "edge", app })};\n`;
      });
      // The longest first, so that the first to hold a path is the longest that does.
      const mountTests = mounted.map(
        ([scriptName, mount]) =>
          `if (holds(${JSON.stringify(scriptName)}, path)) return ${route(scriptName, mount)};\n`,
      );
      const code = [
        `import { holds } from ${JSON.stringify(join(import.meta.dirname, "../wsgi/mount.ts"))};\n`,
        ...[...factories].map(([app, { name }]) => `import { ${name} } from ${JSON.stringify(FACTORY + app)};\n`),
        `export function byFile(path) {\nswitch (path) {\n${fileCases.join("")}}\n}\n`,
        `export function byMount(path) {\n${mountTests.join("")}}\n`,
      ].join("");
      return { code, map: NO_SOURCE };
    },
  };
}

/** A `Route`, or an `EdgeRoute` for what has a factory. */
function routeLiteral(scriptName: string, { place, app, environ }: Mount, factory: Factory | undefined): string {
  if (place === "pool" || !factory) return JSON.stringify({ place, scriptName, app });
  const data = JSON.stringify({ place, scriptName, app, module: moduleName(app), environ, reads: factory.reads });
  return `${data.slice(0, -1)}, "load": ${factory.name}}`;
}
