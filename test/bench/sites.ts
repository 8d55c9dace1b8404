import { freePort } from "../free_port.ts";
import { type Site, startSite } from "../site.ts";

const LIST = `import type { Environ, StartResponse } from "njsgi";
export function application(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return ["Hello world!\\n"];
}
`;

const GENERATOR = `import type { Environ, StartResponse } from "njsgi";
export function* application(_environ: Environ, start_response: StartResponse) {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  yield "Hello world!\\n";
}
`;

/** A site whose nginx has one worker, listens on a port, with `more` locations before ours. */
async function benchSite(files: Record<string, string>, more: string): Promise<Site & { url: string }> {
  const port = await freePort();
  const site = await startSite({
    files,
    conf: (conf) =>
      conf
        .replace("listen unix:.run/nginx.sock;", `listen 127.0.0.1:${port};\n${more}`)
        .replace("worker_processes auto", "worker_processes 1"),
  });
  return { ...site, url: `http://127.0.0.1:${port}` };
}

/**
 * One hello in each form and place, and the peers as locations of the same nginx.
 * @param nodePort node:http's
 */
export function helloSite(nodePort: number): Promise<Site & { url: string }> {
  return benchSite(
    {
      "njs/apps/hello.ts": LIST,
      "njs/apps/generator.ts": GENERATOR,
      "backend/apps/pool/hello.ts": LIST,
    },
    `location = /return { default_type text/plain; return 200 "Hello world!\\n"; }
     location = /python { include /etc/nginx/uwsgi_params; uwsgi_pass unix:.run/python.sock; }
     location = /node { proxy_pass http://127.0.0.1:${nodePort}/; }
     location = /direct {
         include /etc/nginx/uwsgi_params;
         uwsgi_param SCRIPT_NAME "";
         uwsgi_param PATH_INFO /pool/hello;
         uwsgi_param REQUEST_ID $request_id;
         uwsgi_param DOCUMENT_ROOT backend/apps;
         uwsgi_pass njsgi;
     }`,
  );
}

/** The same hello among fifty applications. */
export function fiftySite(): Promise<Site & { url: string }> {
  const others = Array.from({ length: 49 }, (_, n) => [`njs/apps/app${n}.ts`, n % 2 ? LIST : GENERATOR]);
  return benchSite({ "njs/apps/hello.ts": LIST, ...Object.fromEntries(others) }, "");
}
