import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { PROJECT } from "./site.ts";
import { useSite } from "./use_site.ts";

const HEAD = `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
user www-data; pid .run/nginx.pid; error_log .run/error.log; events {}
http { access_log .run/access.log; client_body_temp_path .run/body; proxy_temp_path .run/proxy;
fastcgi_temp_path .run/fastcgi; uwsgi_temp_path .run/uwsgi; scgi_temp_path .run/scgi;`;

const README = readFileSync(join(PROJECT, "README.md"), "utf8");

describe("README's application", () => {
  const text = /```ts\n([^]*?)```/.exec(README)![1]!;
  const site = useSite({ files: { "njs/apps/greet.ts": text, "backend/apps/pool/greet.ts": text } });

  it.each(["/greet", "/pool/greet"])("answers %s", async (path) => {
    expect(await request(site.socket, path)).toMatchObject({ status: 200, text: "Hello world!\n" });
    expect(await request(site.socket, `${path}?name=you`)).toMatchObject({ status: 200, text: "Hello you!\n" });
  });
});

describe("README's lines in an nginx that is there", () => {
  const block = /```nginx\n# in http \{\}\n([^]*?)# in server \{\}\n([^]*?)```/.exec(README)!;
  const site = useSite({
    conf: (_shipped, folder) =>
      `${HEAD}\n${block[1]}\nserver { listen unix:.run/nginx.sock;\n${block[2]} } }`
        .replaceAll("unix:/run/njsgi.sock", `unix:${folder}/.run/njsgi.sock`)
        .replaceAll("/srv/site", folder),
  });

  it.each(["/hello", "/pool/hello"])("answer %s", async (path) => {
    expect(await request(site.socket, path)).toMatchObject({ status: 200, text: "Hello world!\n" });
  });

  it("mount as the routes say", async () => {
    const environ = JSON.parse((await request(site.socket, "/pool/environ/x")).text);
    expect(environ).toMatchObject({ SCRIPT_NAME: "/pool/environ", PATH_INFO: "/x", "site.name": "njsgi" });
  });
});

describe("nginx's own uwsgi_params, without njs", () => {
  const site = useSite({
    conf: (_shipped, folder) => `${HEAD}
server { listen unix:.run/nginx.sock; location / { root ${folder}/backend/apps; include /etc/nginx/uwsgi_params;
uwsgi_pass unix:.run/njsgi.sock; } } }`,
  });

  it("reach the pool's applications, split at the mount", async () => {
    expect(await request(site.socket, "/pool/hello")).toMatchObject({ status: 200, text: "Hello world!\n" });
    const environ = JSON.parse((await request(site.socket, "/pool/environ/x?y")).text);
    expect(environ).toMatchObject({ SCRIPT_NAME: "/pool/environ", PATH_INFO: "/x", QUERY_STRING: "y" });
    expect((await request(site.socket, "/none")).status).toBe(404);
  });
});

// docs/transports.md has FastCGI's two more lines.
const MORE = { uwsgi: "", fastcgi: 'fastcgi_param SCRIPT_NAME ""; fastcgi_param PATH_INFO $document_uri;' };

describe.each(["uwsgi", "fastcgi"] as const)("nginx's own %s_params, and one application", (protocol) => {
  const site = useSite({
    serve: ["backend/apps/url.ts", "--bind", `${protocol}:unix:.run/own.sock`],
    files: {
      "backend/apps/url.ts": `import { createServer } from "node:http";
      createServer((request, response) => response.end(request.url)).listen(80);`,
    },
    conf: () => `${HEAD}
server { listen unix:.run/nginx.sock; location / { include /etc/nginx/${protocol}_params;
${MORE[protocol]} ${protocol}_pass unix:.run/own.sock; } } }`,
  });

  it("give it its target", async () => {
    expect((await request(site.socket, "/users/7?y")).text).toBe("/users/7?y");
  });
});
