import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { children } from "./children.ts";
import { peakMemory } from "./peak_memory.ts";
import { type Answer, request, type RequestOptions } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** What /file answers with: its query, as JSON. */
interface Wanted {
  kind?: "handle" | "stream" | "handle stream" | "own" | "bytes" | "waits";
  path: string;
  status?: string;
  headers?: [string, string][];
  /** Of fs.createReadStream. */
  options?: object;
  /** Bytes read before the file is wrapped. */
  read?: number;
  /** Of the request: the log line of its close() says so. */
  id?: string;
}

const site = useSite({
  files: {
    "backend/apps/file.ts": `import { createReadStream } from "node:fs";
    import { open } from "node:fs/promises";
    import { Readable } from "node:stream";
    let reads = 0;
    async function opened({ kind = "handle", path, options, read }, closed) {
      if (kind === "bytes") return Readable.from([Buffer.from("some "), Buffer.from("bytes")]).on("close", closed);
      if (kind === "waits") {
        const waits = new Readable({ read() {} }).on("close", closed);
        waits.push("and nothing more");
        return waits;
      }
      if (kind === "stream") return createReadStream(path, options).on("close", closed);
      const handle = await open(path);
      if (read) await handle.read(Buffer.alloc(read), 0, read);
      if (kind === "handle stream") return handle.createReadStream(options).on("close", closed);
      const next = handle.read.bind(handle), close = handle.close.bind(handle);
      const own = {
        async read(size) {
          const { buffer, bytesRead } = await next(Buffer.alloc(size), 0, size);
          return buffer.subarray(0, bytesRead);
        },
        close() { closed(); return close(); },
      };
      if (kind === "own") return own;
      reads = 0;
      return Object.assign(handle, { close: own.close, read: (...args) => (reads++, next(...args)) });
    }
    export async function application(environ, start_response) {
      const shown = { reads: String(reads), environ: JSON.stringify(environ) }[environ.QUERY_STRING];
      if (shown) return start_response("200 OK", []), [shown];
      const wanted = JSON.parse(decodeURIComponent(environ.QUERY_STRING));
      start_response(wanted.status ?? "200 OK", wanted.headers ?? [["Content-Type", "text/x"]]);
      const file = await opened(wanted, () => environ["wsgi.errors"].write("closed " + wanted.id));
      return environ["wsgi.file_wrapper"](file);
    }`,
    "backend/files/small.txt": "0123456789",
    "backend/outside.txt": "outside the folder",
  },
});

const file = (name: string) => join(site.folder, "backend/files", name);
const url = (wanted: Wanted) => `/file?${encodeURIComponent(JSON.stringify(wanted))}`;
const ask = (wanted: Wanted, options?: RequestOptions) => request(site.socket, url(wanted), options);

/** nginx has sent it: no application here says Last-Modified. */
const isNginxs = ({ headers }: Answer) => headers["last-modified"] !== undefined;

const PLAIN: [string, string][] = [["Content-Type", "text/x"]];
const SMALL = "0123456789";
let last = 0;

async function closedOnce(id: string): Promise<void> {
  const count = () => site.pool.output().split(`closed ${id}\n`).length - 1;
  await until(`${id} is closed`, () => count() > 0);
  await request(site.socket, "/file?reads");
  expect(count()).toBe(1);
}

const NAMES = [
  "with space.txt",
  "caf\u00e9 \u20ac.txt",
  "100%.txt",
  "50%20.txt",
  "what?a=b.txt",
  "a#b&c+d.txt",
  'sub/"quoted".txt',
];

beforeAll(() => {
  mkdirSync(file("sub"));
  for (const name of NAMES) writeFileSync(file(name), `this is ${name}`);
  symlinkSync("../outside.txt", file("link.txt"));
  symlinkSync("small.txt", file("inside.txt"));
  writeFileSync(file("empty.txt"), "");
  writeFileSync(file("huge"), "");
  truncateSync(file("huge"), 2 ** 31);
  mkdirSync(join(site.folder, "backend/files2"));
  writeFileSync(join(site.folder, "backend/files2/small.txt"), SMALL);
});

describe("a file of the folder nginx serves, which nginx sends", () => {
  it.each(["handle", "stream", "handle stream"] as const)("%s: whole, closed once", async (kind) => {
    const id = `whole${++last}`;
    const answer = await ask({ kind, path: "backend/files/small.txt", id });
    expect(answer).toMatchObject({ status: 200, text: SMALL });
    expect(answer.headers).toMatchObject({
      etag: expect.stringMatching(/^"/),
      "last-modified": expect.stringContaining("GMT"),
      "accept-ranges": "bytes",
      "content-length": "10",
      "content-type": "text/x",
      "x-request-id": expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(answer.headers).not.toHaveProperty("x-accel-redirect");
    await closedOnce(id);
  });

  it("a range of it", async () => {
    const answer = await ask({ path: file("small.txt") }, { headers: { Range: "bytes=2-4" } });
    expect(answer).toMatchObject({ status: 206, text: "234" });
    expect(answer.headers["content-range"]).toBe("bytes 2-4/10");
  });

  it("or a 304 to its ETag", async () => {
    const { headers } = await ask({ path: file("small.txt") });
    const again = await ask({ path: file("small.txt") }, { headers: { "If-None-Match": headers.etag! } });
    expect(again).toMatchObject({ status: 304, text: "" });
  });

  it("or its head alone, to HEAD", async () => {
    const answer = await ask({ path: file("small.txt") }, { method: "HEAD" });
    expect(answer).toMatchObject({ status: 200, text: "" });
    expect(answer.headers).toMatchObject({ etag: expect.any(String), "content-length": "10" });
  });

  it("after a POST with a body nginx would let into no other location", async () => {
    const answer = await ask({ path: file("small.txt") }, { method: "POST", body: Buffer.alloc(2_000_000) });
    expect(answer).toMatchObject({ status: 200, text: SMALL });
    expect(isNginxs(answer)).toBe(true);
  });

  it.each(NAMES)("by the name %s", async (name) => {
    const answer = await ask({ path: file(name) });
    expect(answer).toMatchObject({ status: 200, text: `this is ${name}` });
    expect(isNginxs(answer)).toBe(true);
  });

  it("by a link to it", async () => {
    const answer = await ask({ path: file("inside.txt") });
    expect(answer).toMatchObject({ status: 200, text: SMALL });
    expect(isNginxs(answer)).toBe(true);
  });

  it("with the headers nginx takes along", async () => {
    const headers: [string, string][] = [
      ["Content-Type", "text/plain; charset=utf-8"],
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
      ["Cache-Control", "private"],
      ["Cache-Control", "max-age=5"],
      ["Expires", "Thu, 01 Jan 2037 00:00:00 GMT"],
      ["Content-Disposition", 'attachment; filename="a.txt"'],
      ["Content-Length", "10"],
    ];
    const answer = await ask({ path: file("small.txt"), headers });
    expect(isNginxs(answer)).toBe(true);
    expect(answer.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "set-cookie": ["a=1", "b=2"],
      "cache-control": "private, max-age=5",
      expires: "Thu, 01 Jan 2037 00:00:00 GMT",
      "content-disposition": 'attachment; filename="a.txt"',
      "content-length": "10",
    });
  });

  it("with no Content-Type where the application has none, as it is streamed", async () => {
    const answer = await ask({ path: file("small.txt"), headers: [] });
    expect(isNginxs(answer)).toBe(true);
    expect(answer.headers).not.toHaveProperty("content-type");
  });
});

describe("a file that is streamed", () => {
  it.each<[what: string, wanted: () => Wanted, text: string]>([
    ["outside the folder", () => ({ path: "backend/outside.txt" }), "outside the folder"],
    ["in a folder whose name only starts so", () => ({ path: "backend/files2/small.txt" }), SMALL],
    ["by a link out of the folder", () => ({ path: file("link.txt") }), "outside the folder"],
    ["as fs.ReadStream", () => ({ kind: "stream", path: "backend/outside.txt" }), "outside the folder"],
    ["with another header", () => ({ path: file("small.txt"), headers: [...PLAIN, ["X-Own", "kept"]] }), SMALL],
    ["with an ETag of its own", () => ({ path: file("small.txt"), headers: [...PLAIN, ["ETag", '"own"']] }), SMALL],
    ["with another status", () => ({ path: file("small.txt"), status: "404 Not Found" }), SMALL],
  ])("%s, with its length and closed once", async (_what, wanted, text) => {
    const id = `streamed${++last}`;
    const answer = await ask({ ...wanted(), id });
    expect(answer).toMatchObject({ status: wanted().status ? 404 : 200, text });
    expect(isNginxs(answer)).toBe(false);
    expect(answer.headers["content-length"]).toBe(String(text.length));
    for (const [name, value] of wanted().headers ?? []) expect(answer.headers[name.toLowerCase()]).toBe(value);
    await closedOnce(id);
  });

  it.each<[what: string, wanted: () => Wanted, text: string]>([
    ["an object that is read", () => ({ kind: "own", path: file("small.txt") }), SMALL],
    ["any Readable", () => ({ kind: "bytes", path: "" }), "some bytes"],
    ["a part of a file", () => ({ kind: "stream", path: file("small.txt"), options: { start: 3 } }), "3456789"],
    ["its start alone", () => ({ kind: "stream", path: file("small.txt"), options: { end: 3 } }), "0123"],
    [
      "as another encoding",
      () => ({ kind: "stream", path: file("small.txt"), options: { encoding: "hex" } }),
      Buffer.from(SMALL).toString("hex"),
    ],
    ["what is left of a FileHandle", () => ({ path: file("small.txt"), read: 4 }), "456789"],
    ["and of its stream", () => ({ kind: "handle stream", path: file("small.txt"), read: 4 }), "456789"],
    ["an empty file", () => ({ path: file("empty.txt") }), ""],
    ["a file made as it is read", () => ({ path: "/proc/sys/kernel/ostype" }), "Linux\n"],
  ])("without a length: %s, closed once", async (_what, wanted, text) => {
    const id = `part${++last}`;
    const answer = await ask({ ...wanted(), id });
    expect(answer).toMatchObject({ status: 200, text });
    expect(isNginxs(answer)).toBe(false);
    expect(answer.headers).not.toHaveProperty("content-length");
    await closedOnce(id);
  });

  it("has its head alone, and is not read, to HEAD", async () => {
    const answer = await ask({ path: "backend/outside.txt" }, { method: "HEAD" });
    expect(answer.headers["content-length"]).toBe("18");
    expect((await request(site.socket, "/file?reads")).text).toBe("0");
  });

  it.each(["handle", "stream"] as const)("is a 500 where there is none: %s", async (kind) => {
    expect(await ask({ kind, path: "backend/none.txt" })).toMatchObject({ status: 500 });
    await until("the reason", () => site.pool.output().includes("ENOENT"));
    expect(site.pool.output()).not.toContain("uncaught");
  });

  it("holds no more than a few blocks for a slow client, and is closed when that goes", async () => {
    const id = `slow${++last}`;
    const path = url({ path: file("huge"), headers: [...PLAIN, ["X-Own", "kept"]], id });
    const client = connect(site.socket, () => client.write(`GET ${path} HTTP/1.0\r\n\r\n`));
    let reads = -1;
    await until("the application to wait", async () => {
      const now = Number((await request(site.socket, "/file?reads")).text);
      const isStill = now === reads && now > 0;
      reads = now;
      return isStill;
    });
    expect(reads).toBeLessThan(100);
    client.destroy();
    await closedOnce(id);
  });

  it.each(["handle", "stream", "waits"] as const)(
    "is closed, without an error, when its client goes: %s",
    async (kind) => {
      const id = `gone${++last}`;
      const headers: [string, string][] = [
        ["X-Own", "kept"],
        ["Content-Length", String(2 ** 31)],
      ];
      const path = url({ kind, path: file("huge"), headers, id });
      const client = connect(site.socket, () => client.write(`GET ${path} HTTP/1.0\r\n\r\n`));
      await new Promise((first) => client.once("data", first));
      client.destroy();
      await closedOnce(id);
      expect(site.pool.output()).not.toContain(`%22${id}%22`);
    },
  );
});

it.each<[how: string, headers: [string, string][]]>([
  ["by nginx", PLAIN],
  ["streamed", [...PLAIN, ["X-Own", "kept"]]],
])("2 GB are sent %s, and the worker's memory stays what it was", { timeout: 120_000 }, async (_how, headers) => {
  const [worker] = children(site.pool.pid);
  const download = async (range: string) => {
    const path = url({ path: file("huge"), headers });
    const client = connect(site.socket, () => client.write(`GET ${path} HTTP/1.0\r\n${range}\r\n`));
    let bytes = 0;
    for await (const data of client) bytes += (data as Buffer).length;
    return bytes;
  };
  const before = peakMemory(worker!);
  expect(await download("")).toBeGreaterThan(2 ** 31);
  expect(peakMemory(worker!) - before).toBeLessThan(150);
});

describe("no client", () => {
  it("gets at the folder by its location", async () => {
    expect((await request(site.socket, "/.files/small.txt")).status).toBe(404);
  });

  it.each(["X-Accel-Mapping", "X_ACCEL_MAPPING", "x-accel-mapping"])("says where it is, by %s", async (name) => {
    const headers = { [name]: "/=/.files/" };
    expect(isNginxs(await ask({ path: "backend/outside.txt" }, { headers }))).toBe(false);
    expect(isNginxs(await ask({ path: file("small.txt") }, { headers }))).toBe(true);
  });

  it("nor any application sees where", async () => {
    expect((await request(site.socket, "/file?environ")).text).not.toContain("X_ACCEL_MAPPING");
  });
});
