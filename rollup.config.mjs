import { apps } from "./njs/build/apps.ts";
import { es5, stripTypes } from "./njs/build/lower.ts";

/**
 * njs/main.ts and all of njs/apps as the one file nginx imports.
 * `rollup -c --configSite DIR` takes the applications and routes of another folder, the tests' own.
 */
export default ({ configSite: site = "." }) => ({
  input: "njs/main.ts",
  plugins: [apps(site), stripTypes(), es5()],
  output: { file: `${site}/dist/njsgi.js`, format: "es" },
});
