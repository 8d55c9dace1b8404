/**
 * The name uWSGI loads an application file under: `uwsgi_file_`, then its path with every `.` and `/` as `_` and its
 * ending cut. Two paths may share one; it is for the application to see, nothing is looked up by it.
 * @param path as it was given: `sub/app.ts` is `uwsgi_file_sub_app`, `./app.ts` is `uwsgi_file___app`
 */
export function moduleName(path: string): string {
  return "uwsgi_file_" + path.replace(/\.(ts|js|mjs)$/, "").replace(/[./]/g, "_");
}
