import { pathToFileURL } from "node:url";
import type { Application } from "../../njs/wsgi/types.ts";
import { recognise } from "./recognise.ts";

/** What a file exports. */
export type Exports = Record<string, unknown>;

/**
 * The application of a file: its export `application`, else what recognise.ts makes one of as its default export.
 * @param file absolute
 * @param name another export to take: an application, or what recognise.ts knows
 * @throws Error naming the file, whatever it throws itself
 */
export async function loadApplication(file: string, name?: string): Promise<Application> {
  const exports = await load(file);
  const application = await applicationOf(file, exports, name);
  if (application) return application;
  throw notExported(file, exports);
}

/** @throws Error naming the file */
export async function load(file: string): Promise<Exports> {
  try {
    return (await import(pathToFileURL(file).href)) as Exports;
  } catch (error) {
    throw new Error(`${file} does not load: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/**
 * @returns undefined where there is none among the exports
 * @throws Error where the one by that name is none, or the default export could be anything
 */
export async function applicationOf(file: string, exports: Exports, name?: string): Promise<Application | undefined> {
  if (name !== undefined) {
    const application = (await recognise(exports[name])) ?? exports[name];
    if (typeof application === "function") return application as Application;
    throw notExported(file, exports, name);
  }
  if (typeof exports.application === "function") return exports.application as Application;
  const recognised = await recognise(exports.default);
  if (recognised || typeof exports.default !== "function") return recognised;
  throw new Error(
    `${file} has a bare function as its default export, which may be anything: export an application(environ, ` +
      "start_response) as `application`, a listener (request, response) as `application = nodeListener(listener)`",
  );
}

export function notExported(file: string, exports: Exports, name = "application"): Error {
  return new Error(`${file} exports ${Object.keys(exports).join(", ") || "nothing"}, want a function \`${name}\``);
}
