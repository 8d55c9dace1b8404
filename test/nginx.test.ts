import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

const sized = (type: string) => `
export function application(environ, start_response) {
  start_response("200 OK", [["Content-Type", "${type}"]]);
  return ["x".repeat(Number(environ.QUERY_STRING))];
}
`;

const site = useSite({
  files: {
    "njs/apps/text.js": sized("text/plain"),
    "njs/apps/says/html.js": sized("text/html; charset=utf-8"),
    "njs/apps/says/text.js": sized("text/plain; charset=utf-8"),
    "njs/apps/image.js": sized("image/png"),
    "backend/apps/pool/text.js": sized("text/plain"),
    "njs/static/style.css": "p { color: teal }\n",
    "njs/static/app.js": "console.log(1);\n",
    "njs/static/app.ts": "source",
    "njs/static/.secret": "secret",
    "njs/static/big.css": "p { color: teal }\n".repeat(100),
  },
});

describe("nginx alone serves /static/", () => {
  it("with an ETag and caching headers", async () => {
    const answer = await request(site.socket, "/static/style.css");
    expect(answer).toMatchObject({ status: 200, text: "p { color: teal }\n" });
    expect(answer.headers).toMatchObject({ "content-type": "text/css", etag: expect.stringMatching(/^"/) });
    expect(answer.headers["cache-control"]).toContain("max-age=3600");
    expect(answer.headers["cache-control"]).toContain("public");
  });

  it("answers 304 to the ETag it gave", async () => {
    const { headers } = await request(site.socket, "/static/style.css");
    const again = await request(site.socket, "/static/style.css", { headers: { "If-None-Match": headers.etag! } });
    expect(again).toMatchObject({ status: 304, text: "" });
  });

  it("JavaScript as any other file", async () => {
    expect((await request(site.socket, "/static/app.js")).status).toBe(200);
  });

  it.each(["/static/app.ts", "/static/.secret", "/static/none.css", "/static/../apps/text.js"])(
    "%s is a 404",
    async (path) => {
      expect((await request(site.socket, path)).status).toBe(404);
    },
  );

  it("also when the pool is gone", async () => {
    site.pool.kill("SIGSTOP");
    try {
      expect((await request(site.socket, "/static/style.css")).status).toBe(200);
    } finally {
      site.pool.kill("SIGCONT");
    }
  });
});

describe("text above 1 kB is compressed", () => {
  const zipped = { headers: { "Accept-Encoding": "gzip" } };

  it.each(["/text", "/pool/text"])("%s", async (path) => {
    const answer = await request(site.socket, `${path}?2000`, zipped);
    expect(answer.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(gunzipSync(answer.body).toString()).toBe("x".repeat(2000));
  });

  it.each([
    ["html", "text/html; charset=utf-8"],
    ["text", "text/plain; charset=utf-8"],
  ])("of the edge with its charset too, as this.%s says it", async (name, type) => {
    const { headers } = await request(site.socket, `/says/${name}?2000`, zipped);
    expect(headers).toMatchObject({ "content-type": type, "content-encoding": "gzip" });
  });

  it("and static text", async () => {
    expect((await request(site.socket, "/static/big.css", zipped)).headers["content-encoding"]).toBe("gzip");
  });

  it.each([
    ["below 1 kB", "/text?1000", zipped],
    ["below 1 kB, of the pool", "/pool/text?1000", zipped],
    ["what is no text", "/image?2000", zipped],
    ["for a client that takes none", "/text?2000", {}],
  ])("but not %s", async (_what, path, options) => {
    expect((await request(site.socket, path, options)).headers).not.toHaveProperty("content-encoding");
  });
});
