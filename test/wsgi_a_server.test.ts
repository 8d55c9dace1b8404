import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** One file for both places: what a WsgiAServer answers with, and what an application reads of a request. */
const APP = `import { cookies, isRequestError, lint, query, readForm, readJson, WsgiAServer } from "njsgi";

const file = (text) => ({
  rest: text,
  read(size) {
    const block = this.rest.slice(0, size);
    this.rest = this.rest.slice(size);
    return new TextEncoder().encode(block);
  },
});

class App extends WsgiAServer {
  get(environ, start_response) {
    switch (query(environ).as) {
      case "text": return this.text("caf\\u00e9\\n");
      case "html": return this.html("<p>caf\\u00e9</p>", "404 Not Found", [["Cache-Control", "no-store"]]);
      case "json": return this.json({ fine: ["caf\\u00e9", 1, null] });
      case "problem": return this.json({ title: "none" }, "404 Not Found", [["content-type", "application/problem+json"]]);
      case "redirect": return this.redirect("/shop?as=text");
      case "moved": return this.redirect("caf%C3%A9", "308 Permanent Redirect", [["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]);
      case "inject": return this.redirect("/\\r\\nSet-Cookie: stolen=1");
      case "file": return this.file(file("a file ".repeat(3000)), "text/x-file", "200 OK", [["ETag", '"1"']]);
      case "later": return Promise.resolve(this.text("later\\n"));
      case "never": return this.json(undefined);
      case "nothing": return;
      case "query": return this.json(query(environ));
      case "cookies": return this.json(cookies(environ));
    }
    start_response("200 OK", [["Content-Type", "text/plain"]]);
    return ["by start_response\\n"];
  }

  async post(environ, start_response) {
    switch (environ.QUERY_STRING) {
      case "form": return this.json(await readForm(environ));
      case "started":
        start_response("200 OK", [["Content-Type", "text/x-started"]]);
        return this.json(await readJson(environ));
      case "caught":
        try {
          return this.json(await readJson(environ));
        } catch (error) {
          return this.json({ isRequestError: isRequestError(error), status: error.status }, "422 Unprocessable Content");
        }
    }
    start_response("200 OK", [["Content-Type", "application/json"]]);
    return [JSON.stringify(await readJson(environ))];
  }
}

export const application = lint(new App());
`;

/** One instance answers all requests. */
const COUNTER = `import { WsgiAServer } from "njsgi";
class App extends WsgiAServer {
  hits = 0;
  get() { return this.text(String(++this.hits)); }
}
export const application = new App();
`;

/** No lint: its environ is in parts at the edge. */
const PARTS = `import { cookies, query, readForm, WsgiAServer } from "njsgi";
class App extends WsgiAServer {
  get(environ) {
    return this.file({ blocks: [JSON.stringify([query(environ), cookies(environ)])], read() {
      return new TextEncoder().encode(this.blocks.pop() ?? "");
    } }, "application/json");
  }
  async put(environ) { return this.json(await readForm(environ)); }
  options(environ, start_response) {
    start_response("204 No Content", [["Allow", "its own"]]);
    return [];
  }
}
export const application = new App();
`;

const files: Record<string, string> = { "backend/apps/pool/counter.ts": COUNTER };
for (const [name, text] of Object.entries({ shop: APP, parts: PARTS })) {
  files[`njs/apps/${name}.ts`] = text;
  files[`backend/apps/pool/${name}.ts`] = text;
}

const site = useSite({ files });

const FORM = "application/x-www-form-urlencoded";

describe.each([
  ["at the edge", "", () => site.errorLog()],
  ["in the pool", "/pool", () => site.pool.output()],
])("%s", (_where, prefix, log) => {
  const ask = (as: string, headers = {}) => request(site.socket, `${prefix}/shop?as=${as}`, { headers });
  const post = (how: string, type: string, body: string | Uint8Array) =>
    request(site.socket, `${prefix}/shop?${how}`, { method: "POST", body, headers: { "Content-Type": type } });

  it.each([
    ["", 200, "text/plain", "by start_response\n"],
    ["text", 200, "text/plain; charset=utf-8", "caf\u00e9\n"],
    ["html", 404, "text/html; charset=utf-8", "<p>caf\u00e9</p>"],
    ["json", 200, "application/json", '{"fine":["caf\u00e9",1,null]}'],
    ["problem", 404, "application/problem+json", '{"title":"none"}'],
    ["redirect", 302, "text/plain", "302 Found\n"],
    ["file", 200, "text/x-file", "a file ".repeat(3000)],
    ["later", 200, "text/plain; charset=utf-8", "later\n"],
  ])("a method answers with %s", async (as, status, type, text) => {
    const answer = await ask(as);
    expect(answer).toMatchObject({ status, text });
    expect(answer.headers["content-type"]).toBe(type);
    const head = await request(site.socket, `${prefix}/shop?as=${as}`, { method: "HEAD" });
    expect(head).toMatchObject({ status, text: "" });
    expect(head.headers["content-type"]).toBe(type);
  });

  it("a response has the headers it was given", async () => {
    expect((await ask("html")).headers["cache-control"]).toBe("no-store");
    expect((await ask("file")).headers.etag).toBe('"1"');
    expect((await ask("redirect")).headers.location).toBe("/shop?as=text");
    expect(await ask("moved")).toMatchObject({
      status: 308,
      headers: { location: "caf%C3%A9", "set-cookie": ["a=1", "b=2"] },
    });
  });

  it.each([
    ["inject", "Location"],
    ["never", "json() was given undefined"],
    ["nothing", "the application returned undefined"],
  ])("%s is a 500, explained in the log", async (as, reason) => {
    const answer = await ask(as);
    expect(answer).toMatchObject({ status: 500, text: "500 Internal Server Error\n" });
    expect(answer.headers).not.toHaveProperty("set-cookie");
    await until(reason, () => log().includes(reason));
  });

  it("OPTIONS and 405 list the methods there are", async () => {
    const options = await request(site.socket, `${prefix}/shop`, { method: "OPTIONS" });
    expect(options).toMatchObject({ status: 204, text: "", headers: { allow: "GET, HEAD, POST, OPTIONS" } });
    const refused = await request(site.socket, `${prefix}/shop`, { method: "DELETE" });
    expect(refused).toMatchObject({ status: 405, headers: { allow: "GET, HEAD, POST, OPTIONS" } });
    const own = await request(site.socket, `${prefix}/parts`, { method: "OPTIONS" });
    expect(own).toMatchObject({ status: 204, headers: { allow: "its own" } });
  });

  it("query() and cookies() read what the client sent", async () => {
    const { text } = await ask("query&a=1&a=2&b+c=d%2B&e=%C3%A9&f=\u00c3\u00a9&g=%ff&toString=x&__proto__=y");
    expect(text).toBe(
      '{"as":"query","a":["1","2"],"b c":"d+","e":"\u00e9","f":"\u00e9","g":"\ufffd","toString":"x","__proto__":"y"}',
    );
    const sent = { Cookie: 'a=1; b="2"; c=%C3%A9; toString=x; __proto__=y; a=3; d=\u00c3\u00a9; e=%ff' };
    expect((await ask("cookies", sent)).text).toBe(
      '{"a":"1","b":"\\"2\\"","c":"\u00e9","toString":"x","__proto__":"y","d":"\u00e9","e":"%ff"}',
    );
    expect((await ask("cookies")).text).toBe("{}");
  });

  it("readForm() and readJson() read the body", async () => {
    expect((await post("form", `${FORM}; charset=UTF-8`, "a=1&b=%C3%A9+x&c=\u00e9&__proto__=y")).text).toBe(
      '{"a":"1","b":"\u00e9 x","c":"\u00e9","__proto__":"y"}',
    );
    expect((await post("form", FORM, "")).text).toBe("{}");
    expect((await post("", "application/json", '\ufeff {"a": ["\u00e9"]}')).text).toBe('{"a":["\u00e9"]}');
    expect((await post("", "Application/LD+json;x=y", "5")).text).toBe("5");
  });

  it.each([
    ["form", "multipart/form-data; boundary=x", "secret", 415, `want ${FORM}`],
    ["form", "", "a=1", 415, `want ${FORM}`],
    ["", "text/plain", '{"a":"secret"}', 415, "want application/json"],
    ["", "application/json", '{"secret":', 400, "the request's body is not JSON"],
    ["", "application/json", "", 400, "the request's body is not JSON"],
    ["", "application/json", Buffer.from('"secret\xff"', "latin1"), 400, "the request's body is not JSON"],
    ["started", "application/json", "secret", 400, "the request's body is not JSON"],
  ])("a wrong body is the client's error, and no crash: %s %s %s", async (how, type, body, status, reason) => {
    const before = log();
    const answer = await post(how, type, body);
    expect(answer).toMatchObject({ status, headers: { "content-type": "text/plain" } });
    expect(answer.text).toBe(`${status} ${answer.reason}: ${reason}\n`);
    expect(log()).toBe(before);
  });

  it("a megabyte of broken escapes is read in no time", { timeout: 5000 }, async () => {
    const { text } = await post("form", FORM, `a=${"%ffx".repeat(250_000)}`);
    expect(text).toBe(`{"a":"${"\ufffdx".repeat(250_000)}"}`);
  });

  it("the application may answer it itself", async () => {
    const answer = await post("caught", "application/json", "{");
    expect(answer).toMatchObject({ status: 422, text: '{"isRequestError":true,"status":"400 Bad Request"}' });
  });

  it("an environ of the parts the readers need is enough", async () => {
    const { text } = await request(site.socket, `${prefix}/parts?a=1`, { headers: { Cookie: "b=2" } });
    expect(text).toBe('[{"a":"1"},{"b":"2"}]');
    const put = { method: "PUT", body: "c=3", headers: { "Content-Type": FORM } };
    expect((await request(site.socket, `${prefix}/parts`, put)).text).toBe('{"c":"3"}');
  });
});

it("the pool's instance lives on from request to request", async () => {
  for (const hits of ["1", "2", "3"]) expect((await request(site.socket, "/pool/counter")).text).toBe(hits);
});
