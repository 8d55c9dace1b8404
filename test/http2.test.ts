import { type ClientHttp2Session, connect, type IncomingHttpHeaders } from "node:http2";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CERTIFICATE } from "./certificate.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** HTTP/2 to the client, uwsgi to the pool: what streams does so, and a connection has many requests at once. */

/** Three events, each after the first once `?next=<id>` asks for it. */
const contract = `const waiting = {};
export async function application(environ, start_response) {
  const [id, isNext] = environ.QUERY_STRING.split("&");
  if (isNext) waiting[id]();
  start_response("200 OK", [["Content-Type", isNext ? "text/plain" : "text/event-stream"], ["X-Sent-By", "contract"]]);
  return isNext ? ["asked"] : events(id);
}
async function* events(id) {
  for (let n = 0; n < 3; n++) {
    if (n > 0) await new Promise((resolve) => (waiting[id] = resolve));
    yield "data: " + id + " " + n + "\\n\\n";
  }
}`;

const fetched = `import { fetchHandler } from "njsgi/pool";
const waiting = {};
export const application = fetchHandler((request) => {
  const [id, isNext] = new URL(request.url).search.slice(1).split("&");
  const headers = { "Content-Type": isNext ? "text/plain" : "text/event-stream", "X-Sent-By": "fetch", Connection: "close" };
  if (isNext) waiting[id]();
  return new Response(isNext ? "asked" : ReadableStream.from(events(id)), { headers });
});
async function* events(id) {
  for (let n = 0; n < 3; n++) {
    if (n > 0) await new Promise((resolve) => (waiting[id] = resolve));
    yield new TextEncoder().encode("data: " + id + " " + n + "\\n\\n");
  }
}`;

const site = useSite({
  files: { "backend/apps/contract.ts": contract, "backend/apps/fetch.ts": fetched, "tls.pem": CERTIFICATE },
  conf: (conf) =>
    conf.replace(
      "listen unix:.run/nginx.sock;",
      "$& listen unix:.run/h2.sock ssl http2; ssl_certificate tls.pem; ssl_certificate_key tls.pem;",
    ),
});

let session: ClientHttp2Session;

beforeAll(() => {
  const options = { path: join(site.folder, ".run/h2.sock"), ALPNProtocols: ["h2"], rejectUnauthorized: false };
  session = connect("https://site.test", { createConnection: () => connectTls(options) });
});
afterAll(() => session?.destroy());

/** A response as it comes. */
function open(path: string) {
  const stream = session.request({ ":path": path });
  const seen = { headers: {} as IncomingHttpHeaders, text: "", isEnded: false };
  stream.on("response", (headers) => void (seen.headers = headers));
  stream.on("data", (chunk) => void (seen.text += String(chunk))).on("end", () => void (seen.isEnded = true));
  return seen;
}

const event = (id: string, n: number) => `data: ${id} ${n}\n\n`;

describe.each(["contract", "fetch"])("an application of %s", (kind) => {
  it("sends events one by one, with its headers in lower case", async () => {
    const seen = open(`/${kind}?one`);
    for (let n = 0; n < 3; n++) {
      if (n > 0) open(`/${kind}?one&next`);
      await until(`event ${n}, and no further one`, () => seen.text.endsWith(event("one", n)));
    }
    await until("the end", () => seen.isEnded);
    expect(session.alpnProtocol).toBe("h2");
    expect(seen.text).toBe(event("one", 0) + event("one", 1) + event("one", 2));
    expect(seen.headers).toMatchObject({ ":status": 200, "content-type": "text/event-stream", "x-sent-by": kind });
    expect(seen.headers).not.toHaveProperty("connection");
  });

  it("has a hundred streams open at once on one connection", async () => {
    const ids = Array.from({ length: 100 }, (_, n) => `many${n}`);
    const streams = ids.map((id) => open(`/${kind}?${id}`));
    for (let n = 0; n < 3; n++) {
      // nginx takes 128 at once: http2_max_concurrent_streams
      if (n > 0) for (const id of ids) open(`/${kind}?${id}&next`);
      await until(`all have event ${n}`, () => streams.every(({ text }, at) => text.endsWith(event(ids[at]!, n))));
      if (n < 2) expect(streams.filter(({ isEnded }) => isEnded)).toEqual([]);
    }
    await until("all to end", () => streams.every(({ isEnded }) => isEnded));
  });
});
