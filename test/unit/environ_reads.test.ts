import { describe, expect, it } from "vitest";
import { environReads } from "../../njs/build/environ_reads.ts";
import { ALL, BODY, GATEWAY, HEADERS, METHOD, PATH, QUERY, SERVER } from "../../njs/environ_parts.ts";

const reads = (source: string) => environReads(source, "app.ts");
const application = (body: string) => `export function application(environ: Environ, start_response) { ${body} }`;
const server = (members: string, more = "") => `import { WsgiAServer } from "njsgi";
class App extends WsgiAServer { ${members} }
export const application = new App();
${more}`;

describe("an application whose every use of the environ is a key written out gets the parts that have them", () => {
  it.each<[what: string, source: string, parts: number]>([
    ["none", application("return [];"), 0],
    ["no parameter", "export function application() { return []; }", 0],
    ["a key", application("return [environ.PATH_INFO];"), PATH],
    ["a quoted key", application('return [environ["wsgi.url_scheme"]];'), SERVER],
    ["a header", application("return [environ.HTTP_COOKIE];"), HEADERS],
    ["two", application("return [environ.HTTP_COOKIE ?? environ.QUERY_STRING];"), HEADERS | QUERY],
    ["configuration", application('return [environ["site.name"]];'), GATEWAY],
    ["a method of a value", application('return [environ["wsgi.input"].read()];'), BODY],
    ["what it sets itself", application('environ.own = 1; return ["x"];'), GATEWAY],
    ["a pattern", application("const { PATH_INFO, HTTP_HOST: host } = environ; return [];"), PATH | HEADERS],
    ["a pattern for a parameter", "export function application({ PATH_INFO }, start_response) {}", PATH],
    ["in a closure", application("return [1].map(() => environ.PATH_INFO);"), PATH],
    ["a generator", "export function* application(environ) { yield environ.PATH_INFO; }", PATH],
    ["an async function", "export async function application(environ) { return [environ.PATH_INFO]; }", PATH],
    ["an arrow", "export const application = (environ) => [environ.PATH_INFO];", PATH],
    ["application beside a default", `${application("return [];")} export default (environ) => [environ];`, 0],
    ["a class, which reads the method", server("get(environ) { return []; }"), METHOD],
    ["a class's methods", server("get(environ) { return [environ.HTTP_HOST]; } post() {}"), METHOD | HEADERS],
  ])("%s", (_what, source, parts) => {
    expect(reads(source)).toBe(parts);
  });
});

describe("a reader of njsgi's reads its own keys alone", () => {
  const importing = (names: string, body: string) => `import { ${names} } from "njsgi";\n${application(body)}`;

  it.each<[what: string, source: string, parts: number]>([
    ["query", importing("query", "return [query(environ).name];"), QUERY],
    ["cookies", importing("cookies", "return [cookies(environ).a];"), HEADERS],
    ["readForm", importing("readForm", "return [await readForm(environ)];"), BODY],
    ["readJson", importing("readJson", "return [await readJson(environ)];"), BODY],
    ["two", importing("cookies, query", "return [query(environ).a, cookies(environ).a];"), QUERY | HEADERS],
    ["by another name", importing("query as q", "return [q(environ).a];"), QUERY],
    ["a key of that name", importing("query", "return [{ query: query(environ) }.query];"), QUERY],
    [
      "in a class",
      `import { cookies } from "njsgi"; ${server("get(environ) { cookies(environ); }")}`,
      METHOD | HEADERS,
    ],
  ])("%s", (_what, source, parts) => {
    expect(reads(source)).toBe(parts);
  });

  it.each<[what: string, source: string]>([
    ["of another package", application("return [query(environ)];").replace(/^/, 'import { query } from "other";')],
    ["of the file's own", `${application("return [query(environ)];")} function query(all) { return all; }`],
    ["no reader", importing("lint", "return [lint(environ)];")],
    ["another by its name", importing("lint as query", "return [query(environ)];")],
    ["hidden by a constant", importing("query", "const query = (all) => all; return [query(environ)];")],
    ["hidden by a parameter", importing("query", "return [((query) => query(environ))(all)];")],
    ["hidden by a pattern", importing("query", "const { query } = all; return [query(environ)];")],
    ["handed on", importing("query", "return [query(environ), use(query)];")],
    ["of a namespace", `import * as njsgi from "njsgi"; ${application("return [njsgi.query(environ)];")}`],
    ["with more", importing("query", "return [query(all, environ)];")],
    ["spread", importing("query", "return [query(...environ)];")],
  ])("%s", (_what, source) => {
    expect(reads(source)).toBe(ALL);
  });
});

describe("one whose environ goes anywhere else gets it whole", () => {
  it.each<[what: string, source: string]>([
    ["into a call", application("return [JSON.stringify(environ)];")],
    ["into a variable", application("const all = environ; return [all.PATH_INFO];")],
    ["into an object", application("return [{ environ }];")],
    ["into a spread", application("return [{ ...environ }];")],
    ["a computed key", application("return [environ[key]];")],
    ["a method of the environ", application('return [environ.hasOwnProperty("HTTP_HOST")];')],
    ["a quoted method of it", application('return [environ["hasOwnProperty"]("HTTP_HOST")];')],
    ["`in`", application('return ["HTTP_HOST" in environ];')],
    ["a rest pattern", application("const { PATH_INFO, ...rest } = environ; return [rest];")],
    ["a rest parameter", "export function application(...all) { return [all]; }"],
    ["arguments", application("return [arguments[0]];")],
    ["eval", application('return [eval("environ")];')],
    ["a return", application("return environ;")],
    ["a cast", application("return [(environ as any).PATH_INFO];")],
    ["a wrapped application", "export const application = lint((environ) => []);"],
    ["an application of another file", 'export { application } from "./other.ts";'],
    ["one that may change", "export let application = (environ) => [];"],
    ["no application", "export const other = 1;"],
    ["a class of another file", 'import { App } from "./app.ts"; export const application = new App();'],
    [
      "a class of another parent",
      server("get(environ) { return []; }").replace("extends WsgiAServer", "extends Other"),
    ],
    ["a class with a field", server("get = (environ) => [environ];")],
    ["a class with a constructor", server("constructor() { super(); return (environ) => [environ]; }")],
    ["a class changed elsewhere", server("get() {}", "App.prototype.post = (environ) => [environ];")],
    ["a class one of whose methods takes it all", server("get() {} post(environ) { return [environ]; }")],
  ])("%s", (_what, source) => {
    expect(reads(source)).toBe(ALL);
  });
});
