import { apps } from "./njs/build/apps.ts";
import { constantsInPlace } from "./njs/build/constants.ts";
import { inPlace } from "./njs/build/in_place.ts";
import { changed, es5, stripTypes } from "./njs/build/lower.ts";
import { positions } from "./njs/build/positions.ts";

/**
 * njs/main.ts and all of njs/apps as the one file nginx imports, and its source map.
 * `rollup -c --configSite DIR` takes the applications and routes of another folder, the tests' own.
 */
export default ({ configSite: site = "." }) => ({
  input: "njs/main.ts",
  plugins: [apps(site), positions(site), stripTypes(), changed("constants", constantsInPlace), es5(inPlace)],
  // Hidden: nothing that reads the bundle looks for a map.
  output: { file: `${site}/dist/njsgi.js`, format: "es", sourcemap: "hidden" },
});
