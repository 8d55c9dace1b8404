import { expect, it } from "vitest";
import { workerSockets } from "../../backend/master/worker_sockets.ts";

it("a socket is handed on eight times where each connection has one request, once where it is kept", () => {
  const binds = ["unix:/a", "fastcgi:unix:/b", "scgi:unix:/c", "http:127.0.0.1:80"];
  const sockets = binds.map((address, fd) => ({ fd, address, close() {} }));
  const handed = workerSockets(sockets, { bind: binds, protocol: "uwsgi" });
  const counts = Object.groupBy(handed, ({ fd, protocol }) => `${fd} ${protocol}`);
  expect(Object.entries(counts).map(([what, list]) => [what, list!.length])).toEqual([
    ["0 uwsgi", 8],
    ["1 fastcgi", 1],
    ["2 scgi", 8],
    ["3 http", 1],
  ]);
});
