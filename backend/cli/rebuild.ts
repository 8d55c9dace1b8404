import { spawn } from "node:child_process";
import { log } from "../gateway/log.ts";
import { watchFolder, whenQuiet } from "./watch.ts";

export interface Rebuilt {
  /** Applications of the edge changed: nginx is to read the bundle anew. */
  edge(): void;
  /** So did what both places run, as the routes. */
  both(): Promise<void>;
}

/**
 * Builds dist/njsgi.js anew when a file in njs/ changes. A build that fails says why itself, and leaves the bundle as it
 * is; an application that does not compile fails none: its path is a 500.
 */
export function rebuildOnChange({ edge, both }: Rebuilt): void {
  let last: Promise<void> = Promise.resolve();
  const inTurn = (then: () => unknown) =>
    whenQuiet((path) => {
      last = last
        .then(async () => {
          log(`${path} has changed: build`);
          await build();
          await then();
        })
        .catch((error: Error) => log(`all stays as it is: ${error.message}`));
    });
  const edgeChanged = inTurn(edge);
  const bothChanged = inTurn(both);
  watchFolder("njs", (path) => {
    if (path.startsWith("njs/apps/")) edgeChanged(path);
    else if (!path.startsWith("njs/static/")) bothChanged(path);
  });
}

/** @throws Error where it fails */
function build(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["node_modules/.bin/rollup", "-c"], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const end = () => void child.kill();
    process.once("exit", end);
    child.once("error", reject).once("exit", (code) => {
      process.off("exit", end);
      if (code === 0) resolve();
      else reject(new Error("the build failed, see above"));
    });
  });
}
