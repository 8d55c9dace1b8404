import { pathToFileURL } from "node:url";
import type { Application } from "../../njs/wsgi/types.ts";

/**
 * The application a file exports.
 * @param file absolute
 * @param name the export's; `application`, else the default export, when not given
 * @throws Error naming the file, whatever it throws itself
 */
export async function loadApplication(file: string, name?: string): Promise<Application> {
  let exports: Record<string, unknown>;
  try {
    exports = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} does not load: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const application = name ? exports[name] : (exports.application ?? exports.default);
  if (typeof application === "function") return application as Application;
  const wanted = name ? `a function \`${name}\`` : "a function `application`, or one as its default";
  throw new Error(`${file} exports ${Object.keys(exports).join(", ") || "nothing"}, want ${wanted}`);
}
