import { describe, expect, it } from "vitest";
import { type Application, type Environ, lint } from "njsgi";
import { fetchHandler, toFetch } from "njsgi/pool";
import { until } from "./until.ts";

/** An application as a fetch handler: `toFetch(application)(request)` is a Response. */

const TEXT: [string, string][] = [["Content-Type", "text/plain"]];

/** What an application is given for a request. */
async function environFor(input: string, init?: RequestInit): Promise<Environ> {
  let environ: Environ | undefined;
  const application: Application = (given, start_response) => {
    environ = given;
    start_response("200 OK", TEXT);
    return [];
  };
  expect((await toFetch(lint(application))(new Request(input, init))).status).toBe(200);
  return environ!;
}

/** The Response of a body, to a GET of `/`. */
const responseOf = (application: Application, init?: RequestInit) =>
  toFetch(lint(application))(new Request("http://site.test/", init));

describe("toFetch: the environ", () => {
  it("is of the URL", async () => {
    expect(await environFor("https://site.test:8443/a%2Fb//c%20d?e=%20f#g")).toMatchObject({
      REQUEST_METHOD: "GET",
      SCRIPT_NAME: "",
      PATH_INFO: "/a/b/c d",
      QUERY_STRING: "e=%20f",
      REQUEST_URI: "/a%2Fb//c%20d?e=%20f",
      SERVER_NAME: "site.test",
      SERVER_PORT: "8443",
      REQUEST_SCHEME: "https",
      "wsgi.url_scheme": "https",
      HTTPS: "on",
      HTTP_HOST: "site.test:8443",
      CONTENT_TYPE: "",
      CONTENT_LENGTH: "",
      REMOTE_ADDR: "",
    });
    const plain = await environFor("http://site.test/");
    expect(plain).toMatchObject({ SERVER_PORT: "80", HTTP_HOST: "site.test", "wsgi.url_scheme": "http" });
    expect(plain).not.toHaveProperty("HTTPS");
  });

  it("is of the headers, without those no application sees", async () => {
    const headers = {
      "X-One": "1",
      "Content-Type": "text/x",
      Proxy: "p",
      X_Two: "2",
      Host: "other.test",
      "X-3": "\xe9",
    };
    const environ = await environFor("http://site.test/", { headers });
    expect(environ).toMatchObject({
      HTTP_X_ONE: "1",
      CONTENT_TYPE: "text/x",
      HTTP_HOST: "other.test",
      HTTP_X_3: "\xe9",
    });
    for (const key of ["HTTP_PROXY", "HTTP_X_TWO", "HTTP_CONTENT_TYPE"]) expect(environ).not.toHaveProperty(key);
  });

  it("is none, but a 400, of a path nginx refuses", async () => {
    const never: Application = () => expect.unreachable();
    for (const path of ["/%00", "/%zz"]) {
      expect((await toFetch(never)(new Request(`http://site.test${path}`))).status).toBe(400);
    }
    const headers = { "Content-Length": "many" };
    expect((await toFetch(never)(new Request("http://site.test/", { headers }))).status).toBe(400);
  });
});

describe("toFetch: the request's body", () => {
  const echo: Application = async (environ, start_response) => {
    start_response("200 OK", TEXT);
    return [await environ["wsgi.input"].read()];
  };

  it.each([{}, { "Content-Length": "5" }])("is read, with the headers %j", async (headers) => {
    const response = await responseOf(echo, { method: "POST", body: "caf\u00e9", headers });
    expect(await response.text()).toBe("caf\u00e9");
  });

  it("cut short is an error", async () => {
    const headers = { "Content-Length": "9" };
    expect((await responseOf(echo, { method: "POST", body: "cut", headers })).status).toBe(500);
  });

  it("and the response's stream at once", async () => {
    const echoes: Application = (environ, start_response) => {
      start_response("200 OK", TEXT);
      return environ["wsgi.input"].chunks();
    };
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const [writer, encoder] = [writable.getWriter(), new TextEncoder()];
    void writer.write(encoder.encode("a"));
    const response = await responseOf(echoes, { method: "POST", body: readable, duplex: "half" });
    const reader = response.body!.getReader();
    expect(await reader.read()).toEqual({ done: false, value: encoder.encode("a") });
    void writer.write(encoder.encode("b"));
    expect(await reader.read()).toEqual({ done: false, value: encoder.encode("b") });
    void writer.close();
    expect(await reader.read()).toEqual({ done: true, value: undefined });
  });
});

describe("toFetch: the Response", () => {
  it("has status, reason, headers, and what was written before the body", async () => {
    const response = await responseOf((_environ, start_response) => {
      const headers: [string, string][] = [...TEXT, ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]];
      const write = start_response("203 Own Reason", headers);
      write("written, ");
      write(new TextEncoder().encode("as bytes, "));
      return ["caf\u00e9"];
    });
    expect(response).toMatchObject({ status: 203, statusText: "Own Reason" });
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await response.text()).toBe("written, as bytes, caf\u00e9");
  });

  it.each<[status: string, method: string, length: string | null]>([
    ["204 No Content", "GET", null],
    ["304 Not Modified", "GET", null],
    ["200 OK", "HEAD", "4"],
  ])("of %s to a %s has no body", async (status, method, length) => {
    const response = await responseOf(
      (_environ, start_response) => {
        start_response(status, status.startsWith("200") ? TEXT : []);
        return ["body"];
      },
      { method },
    );
    expect(response).toMatchObject({ status: Number(status.slice(0, 3)), body: null });
    expect(response.headers.get("content-length")).toBe(length);
  });

  it("of 205 has no body", async () => {
    const response = await responseOf((_environ, start_response) => {
      start_response("205 Reset Content", TEXT);
      return ["body"];
    });
    expect(response).toMatchObject({ status: 205, body: null });
  });

  it.each<[what: string, application: Application]>([
    [
      "an error",
      () => {
        throw new Error("thrown");
      },
    ],
    ["no call of start_response", () => ["body"]],
    [
      "a status that no Response has",
      (_environ, start_response) => {
        start_response("600 Beyond", TEXT);
        return ["body"];
      },
    ],
  ])("of %s is a 500", async (_what, application) => {
    const response = await toFetch(application)(new Request("http://site.test/"));
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("500 Internal Server Error\n");
  });
});

describe("toFetch: a stream", () => {
  /** A body that counts its chunks and the calls of its close(). */
  function counting(chunks: () => AsyncGenerator<string>) {
    const counted = { made: 0, closed: 0 };
    const application: Application = (_environ, start_response) => {
      start_response("200 OK", TEXT);
      async function* made() {
        for await (const chunk of chunks()) {
          counted.made++;
          yield chunk;
        }
      }
      return Object.assign(made(), { close: () => void counted.closed++ });
    };
    return { counted, application };
  }

  async function* endless() {
    for (;;) yield "chunk";
  }

  it("comes no faster than it is read, and is closed when it is cancelled", async () => {
    const { counted, application } = counting(endless);
    const reader = (await responseOf(application)).body!.getReader();
    for (let n = 0; n < 10; n++) await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(counted.made).toBeGreaterThanOrEqual(10);
    expect(counted.made).toBeLessThan(13);
    expect(counted.closed).toBe(0);
    await reader.cancel();
    await until("close()", () => counted.closed === 1);
  });

  it("is closed when it is read", async () => {
    const { counted, application } = counting(async function* () {
      yield "a";
      yield "b";
    });
    expect(await (await responseOf(application)).text()).toBe("ab");
    await until("close()", () => counted.closed > 0);
    expect(counted).toEqual({ made: 2, closed: 1 });
  });

  it("whose application fails is an error, and closed", async () => {
    const { counted, application } = counting(async function* () {
      yield "a";
      throw new Error("broken");
    });
    const response = await responseOf(application);
    await expect(response.text()).rejects.toThrow("the response was broken off");
    await until("close()", () => counted.closed === 1);
  });

  it("is closed when the request's signal fires, which the environ's does", async () => {
    let signal: AbortSignal | undefined;
    const { counted, application } = counting(endless);
    const client = new AbortController();
    const response = await responseOf(
      (environ, start_response) => {
        signal = environ["njsgi.signal"];
        return application(environ, start_response);
      },
      { signal: client.signal },
    );
    expect(signal!.aborted).toBe(false);
    client.abort();
    await until("close()", () => counted.closed === 1);
    expect(signal!.aborted).toBe(true);
    await expect(response.text()).rejects.toThrow("the response was broken off");
  });
});

it("there and back: toFetch(fetchHandler(handler)) is handler", async () => {
  const handler = toFetch(
    lint(
      fetchHandler(async (request) => {
        const headers = new Headers({ "Content-Type": "text/plain", "X-URL": request.url });
        headers.append("Set-Cookie", "a=1");
        headers.append("Set-Cookie", "b=2");
        return new Response(await request.text(), { status: 201, headers });
      }),
    ),
  );
  const response = await handler(new Request("https://site.test:1/a%2Fb?c", { method: "PUT", body: "body" }));
  expect(response).toMatchObject({ status: 201, statusText: "Created" });
  expect(response.headers.get("x-url")).toBe("https://site.test:1/a%2Fb?c");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(await response.text()).toBe("body");
});
