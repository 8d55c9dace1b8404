import { expect } from "vitest";
import type { RequestOptions } from "../request.ts";
import { application, type Case, OK } from "./case.ts";

const SHOWN = application(`${OK} return [JSON.stringify(environ)];`);

type Shown = Record<string, unknown>;

/** A case that looks at the environ of one request. */
function shows(
  rule: string,
  holds: string,
  options: RequestOptions,
  look: (environ: Shown, path: string, place: string) => void,
): Case {
  return {
    rule,
    holds,
    app: SHOWN,
    async check({ ask, path, place }) {
      look(JSON.parse((await ask(options)).text), path, place);
    },
  };
}

/** E1 to E12: what an application is called with. */
export const environs: Case[] = [
  shows("E1", "the required keys are there, the server's never empty", {}, (seen, path) => {
    expect(seen).toMatchObject({ REQUEST_METHOD: "GET", SCRIPT_NAME: path, PATH_INFO: "", QUERY_STRING: "" });
    expect(seen).toMatchObject({ SERVER_NAME: "site.test", SERVER_PORT: "80", SERVER_PROTOCOL: "HTTP/1.1" });
  }),
  shows("E2", "CONTENT_TYPE and CONTENT_LENGTH are empty without a body", {}, (seen) => {
    expect(seen).toMatchObject({ CONTENT_TYPE: "", CONTENT_LENGTH: "" });
  }),
  shows(
    "E2",
    "and with one never HTTP_ keys too",
    { method: "POST", body: "text", headers: { "Content-Type": "text/x" } },
    (seen) => {
      expect(seen).toMatchObject({ CONTENT_TYPE: "text/x", CONTENT_LENGTH: "4" });
      expect(seen).not.toHaveProperty("HTTP_CONTENT_TYPE");
      expect(seen).not.toHaveProperty("HTTP_CONTENT_LENGTH");
    },
  ),
  shows(
    "E3",
    "one key a header, duplicates joined, no hop-by-hop and no HTTP_PROXY",
    { headers: { Cookie: ["a=1", "b=2"], "X-Twice": ["1", "2"], Proxy: "x", TE: "trailers" } },
    (seen) => {
      expect(seen).toMatchObject({ HTTP_COOKIE: "a=1; b=2", HTTP_X_TWICE: "1, 2" });
      for (const key of ["HTTP_PROXY", "HTTP_TE", "HTTP_CONNECTION"]) expect(seen).not.toHaveProperty(key);
    },
  ),
  shows("E4", "values are bytes as latin-1", { headers: { "X-A": "\u00c3\u00a9\u00ff" } }, (seen) => {
    expect(seen.HTTP_X_A).toBe("\u00c3\u00a9\u00ff");
  }),
  shows("E5", "SCRIPT_NAME and PATH_INFO are the path, split at the mount", {}, (seen, path) => {
    expect(`${seen.SCRIPT_NAME}${seen.PATH_INFO}`).toBe(path);
  }),
  shows(
    "E6",
    "the scheme is nginx's, whatever a client says",
    { headers: { "X-Forwarded-Proto": "https" } },
    (seen) => {
      expect(seen).toMatchObject({ "wsgi.version": [1, 0], "wsgi.url_scheme": "http", "wsgi.run_once": false });
      expect(seen["wsgi.multithread"]).toEqual(expect.any(Boolean));
      expect(seen["wsgi.multiprocess"]).toEqual(expect.any(Boolean));
    },
  ),
  {
    rule: "E7",
    holds: "wsgi.input reads by bytes, by lines and to its end, again and again",
    app: application(
      `const input = environ["wsgi.input"]; const text = (bytes) => String.fromCharCode.apply(null, bytes); const seen = [];
      seen.push(text(await input.read(2)), text(await input.readline()), text(await input.readline(3)));
      seen.push((await input.readlines(1)).map(text).join("|"));
      for await (const line of input) seen.push(text(line));
      seen.push((await input.read()).length, (await input.readline()).length, environ["wsgi.input_terminated"]);
      ${OK} return [JSON.stringify(seen)];`,
      "async function",
    ),
    async check({ ask }) {
      const { text } = await ask({ method: "POST", body: "abcd\nefghij\nkl\nmn" });
      expect(JSON.parse(text)).toEqual(["ab", "cd\n", "efg", "hij\n", "kl\n", "mn", 0, 0, true]);
    },
  },
  {
    rule: "E7",
    holds: "wsgi.input.chunks() is the body as it comes, in turn with the rest",
    app: application(
      `const input = environ["wsgi.input"]; let text = "";
      for await (const chunk of input.chunks()) { text += String.fromCharCode.apply(null, chunk); break; }
      text += String.fromCharCode.apply(null, await input.read());
      for await (const chunk of input.chunks()) text += "a chunk after the end";
      ${OK} return [text];`,
      "async function",
    ),
    async check({ ask }) {
      expect(await ask({ method: "POST", body: "abcd\nefghij" })).toMatchObject({ status: 200, text: "abcd\nefghij" });
      expect(await ask()).toMatchObject({ status: 200, text: "" });
    },
  },
  {
    rule: "E8",
    holds: "each write to wsgi.errors is one line of the log, with the request's id",
    app: application(
      `environ["wsgi.errors"].write("one\\nline \\u20ac " + environ.SCRIPT_NAME); environ["wsgi.errors"].writelines(["two", "three"]);
      environ["wsgi.errors"].flush(); ${OK} return [environ.REQUEST_ID];`,
    ),
    async check({ ask, logged, path }) {
      const { text } = await ask();
      await logged(`${text} one\\nline \u20ac ${path}`);
      await logged(`${text} two`);
      await logged(`${text} three`);
    },
  },
  {
    rule: "E9",
    holds: "a fresh environ each request, the application's to change",
    app: application(
      `const keys = Object.keys(environ).length; environ.OWN = "x"; environ.REQUEST_METHOD = "MINE"; delete environ.QUERY_STRING;
      ${OK} return [JSON.stringify([keys, environ.REQUEST_METHOD, "OWN" in environ, "QUERY_STRING" in environ])];`,
    ),
    async check({ ask }) {
      const first = (await ask()).text;
      expect(JSON.parse(first)).toEqual([expect.any(Number), "MINE", true, false]);
      expect((await ask()).text).toBe(first);
    },
  },
  shows("E10", "the extras are there", {}, (seen, path) => {
    expect(seen).toMatchObject({ REQUEST_URI: path, REQUEST_SCHEME: "http", REMOTE_ADDR: "unix:" });
    for (const key of ["DOCUMENT_ROOT", "SCRIPT_FILENAME", "uwsgi.version", "uwsgi.node"]) {
      expect(seen[key], key).toEqual(expect.stringMatching(/./));
    }
  }),
  shows("E11", "it says where it runs", {}, (seen, _path, place) => {
    expect(seen["njsgi.runtime"]).toBe(place);
  }),
  {
    ...shows("E12", "the site's configuration is a key, no client's", { headers: { "site.name": "x" } }, (seen) => {
      expect(seen["site.name"]).toBe("conformance");
    }),
    configuration: { "site.name": "conformance" },
  },
];
