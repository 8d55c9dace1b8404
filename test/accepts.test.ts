import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { get, packet } from "./packet.ts";
import { writeFile } from "./site.ts";
import { useSite } from "./use_site.ts";

/** The first request holds the worker until the test has made a file; each other one says in which turn of the loop it is. */
const site = useSite({
  files: {
    "backend/apps/turn.ts": `import { existsSync } from "node:fs";
    let turn = 0;
    (function next() { turn++; setImmediate(next).unref(); })();
    export function application(environ, start_response) {
      if (environ.QUERY_STRING !== "") while (!existsSync(environ.QUERY_STRING));
      start_response("200 OK", []);
      return ["turn " + turn];
    }`,
  },
});

async function send(query: string): Promise<{ answer: Promise<string> }> {
  const socket = connect(site.poolSocket);
  await once(socket, "connect");
  await new Promise<void>((sent) => socket.write(packet(get("/turn", ["QUERY_STRING", query])), () => sent()));
  return { answer: socket.toArray().then((chunks) => Buffer.concat(chunks).toString()) };
}

it("connections that wait are accepted several a turn of the event loop", async () => {
  const go = join(site.folder, "go");
  const first = await send(go);
  const waiting = await Promise.all(Array.from({ length: 32 }, () => send("")));
  writeFile(go, "");
  expect(await first.answer).toContain("turn ");
  const turns = await Promise.all(waiting.map(({ answer }) => answer.then((text) => /turn (\d+)/.exec(text)![1])));
  expect(new Set(turns).size).toBeLessThan(16);
});
