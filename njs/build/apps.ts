import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Plugin, rollup } from "rollup";
import { moduleName } from "../wsgi/module_name.ts";
import { cgiValue } from "../wsgi/utf8.ts";
import type { Mount } from "../wsgi/mount.ts";
import { lower, stripTypes } from "./lower.ts";
import { readTable } from "./table.ts";

const NJSGI = fileURLToPath(new URL("../wsgi/njsgi.ts", import.meta.url));

/**
 * The module `njsgi:apps`: a site's routes, and each application file as one factory function that is run when its route
 * is asked for. The njs engine runs the bundle's top level anew for every request: with 60 applications there it answers
 * a tenth of the requests, with factories three quarters.
 * @param site the folder with `njs/apps` and `njs/routes.ts`
 */
export function apps(site: string): Plugin {
  return {
    name: "apps",
    resolveId: (id) => (id === "njsgi:apps" ? id : null),
    async load(id) {
      if (id !== "njsgi:apps") return null;
      const { files, mounts } = await readTable(site);
      const edgeMounts = Object.values(mounts).filter((mount) => mount.place === "edge");
      const appNames = [...new Set([...files.values(), ...edgeMounts.map((mount) => mount.app)])];
      const factories = appNames.map(async (app) => {
        const body = await compile(join(site, "njs/apps", app)).catch((error: Error) => {
          this.warn(`${app} does not compile, its path will answer 500: ${error.message}`);
          return `throw new Error(${JSON.stringify(`njs/apps/${app} does not compile: ${error.message}`)});`;
        });
        return `function ${factoryName(app)}() {\nvar exports = {};\n${body}\nreturn exports;\n}\n`;
      });
      const byFile = [...files].map(([path, app]) => {
        const route = edgeRoute(cgiValue(path.replace(/\/$/, "")), { place: "edge", app });
        return `case ${JSON.stringify(cgiValue(path))}: return ${route};\n`;
      });
      const mounted = Object.entries(mounts).map(
        ([scriptName, mount]) =>
          `${JSON.stringify(scriptName)}: ${mount.place === "edge" ? edgeRoute(scriptName, mount) : poolRoute(scriptName, mount)},\n`,
      );
      return [
        ...(await Promise.all(factories)),
        `export function byFile(path) {\nswitch (path) {\n${byFile.join("")}}\n}\n`,
        `export function mounted() {\nreturn {\n${mounted.join("")}};\n}\n`,
      ].join("");
    },
  };
}

/** An application file and what it imports, as the body of a function that fills `exports`. */
async function compile(file: string): Promise<string> {
  const bundle = await rollup({
    input: file,
    plugins: [{ name: "njsgi", resolveId: (id) => (id === "njsgi" ? NJSGI : null) }, stripTypes()],
    onwarn(warning) {
      throw new Error(warning.message);
    },
  });
  const { output } = await bundle.generate({ format: "cjs", exports: "named", strict: false, esModule: false });
  return lower(output[0].code, output[0].fileName);
}

function edgeRoute(scriptName: string, { app, environ }: Mount): string {
  const data = { place: "edge", scriptName: scriptName, app, module: moduleName(app), environ };
  return `${JSON.stringify(data).slice(0, -1)}, "load": ${factoryName(app)}}`;
}

function poolRoute(scriptName: string, { app }: Mount): string {
  return JSON.stringify({ place: "pool", scriptName: scriptName, app });
}

/** The application's module name as an identifier, so that a stack names the application. */
function factoryName(app: string): string {
  return moduleName(app).replace(/\W/g, (character) => `$${character.charCodeAt(0)}`);
}
