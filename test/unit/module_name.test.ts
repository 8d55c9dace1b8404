import { expect, it } from "vitest";
import { moduleName } from "../../njs/wsgi/module_name.ts";

it.each([
  ["app.ts", "uwsgi_file_app"],
  ["./app.ts", "uwsgi_file___app"],
  ["sub/deep/app.ts", "uwsgi_file_sub_deep_app"],
  ["/srv/app.ts", "uwsgi_file__srv_app"],
  ["my-app.ts", "uwsgi_file_my-app"],
  ["my.dotted.name.ts", "uwsgi_file_my_dotted_name"],
  ["app.js", "uwsgi_file_app"],
  ["app.mjs", "uwsgi_file_app"],
  ["../app.ts", "uwsgi_file____app"],
  ["app.ts.js", "uwsgi_file_app_ts"],
  ["a.ts/b.ts", "uwsgi_file_a_ts_b"],
  ["a_b.ts", "uwsgi_file_a_b"],
  ["a/b.ts", "uwsgi_file_a_b"],
  ["tsjs", "uwsgi_file_tsjs"],
])("%s is module %s", (path, name) => {
  expect(moduleName(path)).toBe(name);
});
