import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { until } from "./until.ts";
import { useSite } from "./use_site.ts";

/** Applications that throw, each from a line that says so: `// <- 1` is the innermost frame, `// <- 2` its caller. */
const APPS: Record<string, string> = {
  "plain.ts": `import type { Environ, StartResponse } from "njsgi";

interface Thing {
  size: number;
}

export function application(environ: Environ, start_response: StartResponse) {
  const thing: Thing = { size: 1 };
  return inner(thing); // <- 2
}

function inner({ size }: Thing): string[] {
  if (size) {
    throw new Error( // <- 1
      "thrown by plain, at app.js:3",
    );
  }
  return [];
}
`,
  "later.ts": `type None = undefined;

export async function application() {
  await Promise.resolve();
  for (const time of [1, 2]) {
    await nap(time);
  }
  return [];
}

async function nap(time: number): Promise<void> {
  await Promise.resolve();

  if (time === 2) throw new TypeError("thrown by later"); // <- 1
}
`,
  "generates.ts": `import type { Environ, StartResponse } from "njsgi";
import { letters } from "./lib/letters.ts";

export function* application(environ: Environ, start_response: StartResponse) {
  start_response("200 OK", []);
  yield* letters("");
}
`,
  "lib/letters.ts": `interface Letter { code: number }

export function* letters(first: string): Generator<string> {
  yield first;
  const none = undefined as unknown as Letter;
  throw new Error(\`thrown by generates: \${typeof none}\`); // <- 1
}
export const application = letters;
`,
  "method.ts": `import { type Environ, type StartResponse, WsgiAServer } from "njsgi";

class App extends WsgiAServer {
  private count = 1;

  override get(environ: Environ, start_response: StartResponse) {
    const check = (n: number) => {
      throw new RangeError(\`thrown by method: \${n}\`); // <- 1
    };
    return [String(check(this.count))]; // <- 2
  }
}
export const application = new App();
`,
  "top.ts": `const one: number = 1;

if (one) {
  throw new Error("thrown by top"); // <- 1
}
export const application = () => [];
`,
  "script.js": `// plain JavaScript

export function application(environ) {
  return environ.none.thrown_by_script; // <- 1
}
`,
};

const BROKEN: Record<string, string> = {
  "syntax.ts": "type A = 1;\n\nexport const application = (;\n",
  "script_syntax.js": "const a = 1;\n\nexport const application = (;\n",
  "no_export.ts": 'type A = 1;\nimport { none } from "./lib/letters.ts";\nexport const application = none;\n',
  "newer.ts": "interface A {\n  a: 1;\n}\nexport const application = () => [String(/a/s)];\n",
};

const files: Record<string, string> = {
  "njs/apps/own.ts":
    'export function application(environ, start_response) {\n\n  start_response("thrown by own", []);\n}\n',
  "backend/apps/pool/own.ts":
    'export function application(environ, start_response) {\n\n  start_response("thrown by own", []);\n}\n',
};
for (const [name, text] of Object.entries({ ...APPS, ...BROKEN })) {
  files[`njs/apps/${name}`] = text;
  files[`backend/apps/pool/${name}`] = text;
}

const site = useSite({ files });

/** The places of the stack that is logged for a request, the innermost first. */
async function places(path: string, log: () => string): Promise<string[]> {
  const before = log().length;
  const { status, headers } = await request(site.socket, path);
  expect(status).toBe(500);
  const entry = () => log().slice(before).split(`${headers["x-request-id"]} "GET ${path} `)[1] ?? "";
  await until("the error in the log", () => /\n +at /.test(entry()));
  return [...entry().matchAll(/^ +at (?:.*\((.*)\)|(.*))$/gm)]
    .map(([, place, bare]) => (place ?? bare)!)
    .filter((place) => !/^(native|<anonymous>|node:.*)$/.test(place));
}

/** Where a line is marked, from 1 on; undefined for what has no such mark. */
function marked(text: string, mark: string): number | undefined {
  const line = text.split("\n").findIndex((one) => one.endsWith(mark));
  return line < 0 ? undefined : line + 1;
}

const CASES = Object.keys(APPS).filter((name) => name !== "lib/letters.ts");
const pathOf = (name: string) => `/${name.replace(/\.\w+$/, "")}`;

describe.each(CASES)("what %s throws is logged with the lines of its source", (name) => {
  const source = name === "generates.ts" ? "lib/letters.ts" : name;
  const frames = [1, 2].map((n) => marked(APPS[source]!, `// <- ${n}`)).filter((line) => line !== undefined);

  it("at the edge, named from the site", async () => {
    const found = await places(pathOf(name), site.errorLog);
    expect(found.slice(0, frames.length)).toEqual(frames.map((line) => `njs/apps/${source}:${line}`));
  });

  it("in the pool", async () => {
    const path = `/pool${pathOf(name)}`;
    const found = (await places(path, site.pool.output)).filter((place) => place.includes(`/apps/pool/${source}`));
    expect(found.slice(0, frames.length)).toEqual(
      frames.map((line) => expect.stringMatching(new RegExp(`/backend/apps/pool/${source}:${line}:[0-9]+$`))),
    );
  });
});

describe("njsgi's own files", () => {
  it("at the edge", async () => {
    const found = await places("/own", site.errorLog);
    expect(found).toEqual([
      expect.stringMatching(/^njs\/wsgi\/head_checks\.ts:\d+$/),
      expect.stringMatching(/^njs\/wsgi\/start_response\.ts:\d+$/),
      "njs/apps/own.ts:3",
      expect.stringMatching(/^njs\/answer\.ts:\d+$/),
    ]);
  });

  it("in the pool", async () => {
    expect((await places("/pool/own", site.pool.output)).slice(0, 3)).toEqual([
      expect.stringMatching(/njs\/wsgi\/head_checks\.ts:\d+:\d+$/),
      expect.stringMatching(/njs\/wsgi\/start_response\.ts:\d+:\d+$/),
      expect.stringMatching(/backend\/apps\/pool\/own\.ts:3:\d+$/),
    ]);
  });
});

it("a place in the message is the application's own and stays", async () => {
  await places("/plain", site.errorLog);
  expect(site.errorLog()).toContain("thrown by plain, at app.js:3\n");
});

it("what has no source keeps its place in the bundle", async () => {
  const found = await places("/later", site.errorLog);
  expect(found.at(-1)).toMatch(/dist\/njsgi\.js:\d+(:\d+)?$/);
});

describe("a file that does not compile is an error with its place", () => {
  it.each([
    ["syntax.ts", "(3,29)"],
    ["script_syntax.js", " (3:28)"],
    ["no_export.ts", " (2:9)"],
    ["newer.ts", "(4,42)"],
  ])("%s%s", async (name, position) => {
    await places(pathOf(name), site.errorLog);
    expect(site.errorLog()).toContain(`/njs/apps/${name}${position}: `);
  });
});
