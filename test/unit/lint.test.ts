import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lint } from "../../njs/wsgi/lint.ts";
import type { Application, Body, Chunk, Environ, Headers, StartResponse } from "../../njs/wsgi/types.ts";
import { close, expectViolation, linted, type Loose, newEnviron, returning, serve, thrownBy } from "./lint_server.ts";

const PLAIN: Headers = [["Content-Type", "text/plain"]];
const start: StartResponse = () => () => {};
const sized = (bytes: number): Headers => [...PLAIN, ["Content-Length", String(bytes)]];

/** An application that calls start_response and no more. */
const starts =
  (...args: unknown[]): Loose =>
  (_environ, start_response) => {
    start_response(...args);
    return [];
  };
const withHeader = (name: unknown, value: unknown) => starts("200 OK", [...PLAIN, [name, value]]);

/** An application that writes, then returns `body`. */
const writes =
  (written: unknown[], headers = PLAIN, body: unknown = []): Loose =>
  (_environ, start_response) => {
    const write = start_response("200 OK", headers);
    for (const chunk of written) write(chunk as Chunk);
    return body;
  };
const sends = (headers: Headers, ...body: unknown[]) => writes([], headers, body);

function* writesLate(_environ: Environ, start_response: StartResponse) {
  const write = start_response("200 OK", PLAIN);
  yield "a";
  write("b");
}

async function* startsLate(_environ: Environ, start_response: StartResponse) {
  yield "";
  start_response("200 OK", PLAIN);
}

/** The names of headers that are the server's. */
const SERVERS =
  "Connection Keep-Alive Proxy-Authenticate Proxy-Authorization Proxy-Connection TE Trailer Transfer-Encoding Upgrade Status";

describe("an application", () => {
  it.each<[rule: string, says: string, application: Loose]>([
    ["S1a", "called start_response with 1 arguments, want 2 or 3", starts("200 OK")],
    ["S1a", "called start_response with 4 arguments", starts("200 OK", PLAIN, undefined, 1)],
    ["S3", "called start_response again", (_, sr) => [sr("200 OK", PLAIN), sr("404 No", PLAIN)]],
    ["S4", 'called start_response with "oops" as excInfo, want an Error', starts("200 OK", PLAIN, "oops")],
    ["S4", "with null as excInfo", starts("200 OK", PLAIN, null)],
    ["S7", "gave 200 as the status", starts(200, PLAIN)],
    ["S7", 'gave "200" as the status', starts("200", PLAIN)],
    ["S7", 'gave "099 Low" as the status', starts("099 Low", PLAIN)],
    ["S7", 'gave "200 OK\\r\\nX: y" as the status', starts("200 OK\r\nX: y", PLAIN)],
    ["S8a", "gave [object Object] as the headers, want a list", starts("200 OK", { "Content-Type": "text/plain" })],
    ["S8a", 'gave "Content-Type" as a header', starts("200 OK", ["Content-Type", "text/plain"])],
    ["S8a", 'gave ["X-A"] as a header', starts("200 OK", [["X-A"]])],
    ["S8a", 'gave ["X-A", 5] as a header', withHeader("X-A", 5)],
    ["S8a", 'gave [5, "X-A"] as a header', withHeader(5, "X-A")],
    ["S8b", 'gave the header X-A the value "b\\r\\nX-B: c"', withHeader("X-A", "b\r\nX-B: c")],
    ["S8b", 'the value "\u0100"', withHeader("X-A", "\u0100")],
    ["S8c", 'gave a header the name "X A"', withHeader("X A", "b")],
    ["S8c", 'the name ""', withHeader("", "b")],
    ["S8c", 'the name "1X"', withHeader("1X", "b")],
    ["S8c", 'the name "X-"', withHeader("X-", "b")],
    ["S8c", 'the name "X_"', withHeader("X_", "b")],
    ...SERVERS.split(" ").map((name): [string, string, Loose] => [
      "S9",
      `gave the header ${name}, which is the server's`,
      withHeader(name, "b"),
    ]),
    ["X2", 'gave a Content-Type with the status "204 No Content"', starts("204 No Content", PLAIN)],
    ["X2", 'with the status "304 Not Modified"', starts("304 Not Modified", [["content-type", "a/b"]])],
    ["X3", "sent a body, and gave no Content-Type", sends([], "", "a")],
    ["X3", "sent a body, and gave no Content-Type", (_, sr) => (sr("200 OK", [])("a"), [])],
    ["S11a", "called write(5), want one string or Uint8Array", writes([5])],
    ["S11a", "called write(null)", writes([null])],
    ["S13", "called write() after the first chunk of its body", writesLate],
    ["S15a", 'gave "two" as Content-Length, want digits', withHeader("content-length", "two")],
    ["S15a", 'gave "-2" as Content-Length', withHeader("Content-Length", "-2")],
    ["S15b", "set Content-Length 2, and sent 3 bytes", sends(sized(2), "a", "\u00e9")],
    ["S15b", "set Content-Length 2, and sent 4 bytes", writes(["a"], sized(2), [new Uint8Array(3)])],
    ["S15b", "set Content-Length 0, and sent 1 bytes", writes(["a"], sized(0))],
    ["S15c", "set Content-Length 4, and ended after 3 bytes", sends(sized(4), "a", "\u00e9")],
    ["S15c", "set Content-Length 1, and ended after 0 bytes", writes([], sized(1), new Set())],

    ["S6a", "ended without a call of start_response", () => []],
    ["S6a", "ended without a call of start_response", function* () {}],
    ["S6a", "ended without a call of start_response", async function* () {}],
    ["S6b", "gave a chunk before it called start_response", () => ["a"]],
    ["S6b", "gave a chunk before it called start_response", startsLate],
    ["S11b", "body has the chunk 72, want a string", sends(PLAIN, 72)],
    ["S11b", "body has the chunk undefined", writes([], PLAIN, new Set([undefined]))],
    ["S11b", "body has the chunk [object Promise]", sends(PLAIN, Promise.resolve("a"))],
    ["S12a", 'returned "Hello", want it in a list', writes([], PLAIN, "Hello")],
    ["S12a", "returned [object Uint8Array], want it in a list", writes([], PLAIN, new Uint8Array(1))],
    ["S12a", 'returned "Hello", want it in a list', writes([], PLAIN, Promise.resolve("Hello"))],
    [
      "S12b",
      "returned undefined, want an iterable of chunks",
      (_, start_response) => void start_response("200 OK", PLAIN),
    ],
    ["S12b", "returned null", writes([], PLAIN, null)],
    ["S12b", "returned a function", writes([], PLAIN, () => ["a"])],
    ["S12b", "returned [object Object]", writes([], PLAIN, { length: 0 })],
  ])("%s: the application %s", async (rule, says, application) => {
    expectViolation(await thrownBy(() => serve(linted(application))), rule, "application", says);
  });
});

describe("an error of the application's", () => {
  it.each<[where: string, misuse: (environ: Environ, start_response: StartResponse) => unknown]>([
    ["start_response", (_environ, start_response) => start_response("OK", PLAIN)],
    ["write", (_environ, start_response) => start_response("200 OK", PLAIN)(5 as unknown as string)],
    ["wsgi.input", (environ) => environ["wsgi.input"].read(1.5)],
    ["wsgi.errors", (environ) => environ["wsgi.errors"].write(5 as unknown as string)],
  ])("is thrown into its call of %s, where it can be caught", async (_where, misuse) => {
    const application = lint((environ, start_response) => {
      expect(() => misuse(environ, start_response)).toThrow(/^the application .* in docs\/contract\.md\)$/);
      start_response("500 Oops", PLAIN, new Error("oops"));
      return ["caught"];
    });
    expect(await serve(application)).toMatchObject({ status: "500 Oops", chunks: ["caught"] });
  });

  it("S13 is thrown into a write() after a list was returned, too", async () => {
    let write: ((chunk: string) => void) | undefined;
    const application = lint((_environ, start_response) => {
      write = start_response("200 OK", PLAIN);
      return [];
    });
    await serve(application);
    expectViolation(await thrownBy(() => write!("late")), "S13", "application", "after the first chunk");
  });

  it.each(["list", "iterator", "async"])(
    "ends its body, a %s with a bad chunk: stopped and closed once",
    async (kind) => {
      const calls: string[] = [];
      const next = () => ({ done: false, value: 5 });
      const stop = () => (calls.push("return"), { done: true, value: undefined });
      const iterator = { next, return: stop };
      const bodies = {
        list: [5],
        iterator: { [Symbol.iterator]: () => iterator },
        async: { [Symbol.asyncIterator]: () => iterator },
      };
      const body = Object.assign(bodies[kind as "list"], { close: () => calls.push("close") });
      expectViolation(await thrownBy(() => serve(returning(() => body))), "S11b", "application", "the chunk 5");
      expect(calls).toEqual(kind === "list" ? ["close"] : ["return", "close"]);
    },
  );
});

/** What a linted application's body is, to a server that goes wrong with it. */
function bodyOf<T extends Body>(body: () => T): T {
  return returning(body)(newEnviron(), start) as T;
}
const closable = () => Object.assign(["a"], { close() {} });
async function* asynchronous() {
  yield "a";
}
async function read(body: Iterable<Chunk> | AsyncIterable<Chunk>): Promise<number> {
  let count = 0;
  for await (const chunk of body) count += chunk.length;
  return count;
}
/** Reads one chunk. @param before is called before the body's iterator is told so */
async function leave(body: Iterable<Chunk> | AsyncIterable<Chunk>, before = (): unknown => undefined): Promise<void> {
  for await (const chunk of body) if (chunk === "a" && before() === undefined) break;
}

describe("a server", () => {
  const call = returning(() => []) as (...args: unknown[]) => unknown;
  it.each<[rule: string, says: string, server: () => unknown]>([
    ["X1", "called application([object Object]), want application(environ, ", () => call(newEnviron())],
    ["X1", "called application([object Object], a function, 1), want", () => call(newEnviron(), start, 1)],
    ["X1", "called application([object Object], null), want", () => call(newEnviron(), null)],
    ["S1b", "start_response returned undefined, want the function write", () => call(newEnviron(), () => {})],
    ["S16a", "called close() again", () => again(bodyOf(() => new Set(["a"])))],
    ["S16a", "called close() again", () => again(bodyOf(closable))],
    ["S16b", "for a chunk of the body after close()", () => readClosed(bodyOf(() => new Set(["a"])))],
    ["S16b", "for a chunk of the body after close()", () => readClosed(bodyOf(closable))],
    ["S16b", "for a chunk of the body after close()", () => readClosed(bodyOf(asynchronous))],
  ])("%s: the server %s", async (rule, says, server) => {
    expectViolation(await thrownBy(server), rule, "server", says);
  });

  function again(body: Body): void {
    close(body);
    close(body);
  }

  function readClosed(body: Iterable<Chunk> | AsyncIterable<Chunk>): Promise<number> {
    close(body);
    return read(body);
  }
});

describe("S16c a server that does not call close()", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const fails = { next: () => { throw new Error("broken"); } }; // prettier-ignore
  const failing = returning(() => ({ [Symbol.iterator]: () => fails }));
  const failingLate = returning(() => ({ [Symbol.asyncIterator]: () => fails }));
  const set = returning(() => new Set(["a", "b"]));

  it.each<[what: string, application: Application, use: (body: Iterable<Chunk>) => unknown]>([
    ["read to its end", set, read],
    ["a list, read to its end", returning(closable), read],
    ["read asynchronously", returning(asynchronous), read],
    ["left before its end", set, ([first]) => first],
    ["left asynchronously", returning(asynchronous), leave],
    ["that failed", failing, (body) => thrownBy(() => [...body])],
    ["that failed asynchronously", failingLate, (body) => thrownBy(() => read(body))],
  ])("is told so in wsgi.errors: a body %s", async (_what, application, use) => {
    const log: string[] = [];
    const body = application(newEnviron("", log), start) as Iterable<Chunk>;
    await use(body);
    expect(log).toEqual([]);
    vi.runAllTimers();
    expect(log).toHaveLength(1);
    expectViolation(new Error(log[0]), "S16c", "server", "did not call close()");
  });

  it.each([set, returning(closable), returning(asynchronous), failing, linted(() => new Set())])(
    "and nothing where it does",
    async (application) => {
      const log: string[] = [];
      await serve(application, "", { "wsgi.errors": newEnviron("", log)["wsgi.errors"] }).catch(() => {});
      vi.runAllTimers();
      expect(log).toEqual([]);
    },
  );

  it.each([set, returning(asynchronous)])("nor where it closes a body before it leaves it", async (application) => {
    const log: string[] = [];
    const body = application(newEnviron("", log), start) as Iterable<Chunk>;
    await leave(body, () => close(body));
    vi.runAllTimers();
    expect(log).toEqual([]);
  });
});
