import { expect, it } from "vitest";
import { countTcp, countUnix } from "../../backend/master/listen_queue.ts";

const UNIX = `Num               RefCount Protocol Flags    Type St Inode Path
000000005dae684d: 00000002 00000000 00010000 0001 01 16749 /tmp/q.sock
00000000b180c31a: 00000003 00000000 00000000 0001 02     0 /tmp/q.sock
00000000b2144702: 00000003 00000000 00000000 0001 02     0 /tmp/q.sock
00000000815d3827: 00000003 00000000 00000000 0001 03 17627 /tmp/q.sock
0000000052347b97: 00000003 00000000 00000000 0001 02     0 /tmp/other/tmp/q.sock
0000000025d8a6de: 00000003 00000000 00000000 0001 02     0
`;

const TCP = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000011 00:00000000 00000000     0        0 29210 1
   1: 00000000:0016 00000000:0000 0A 00000000:00000002 00:00000000 00000000     0        0 18012 1
   2: 0100007F:1F90 0100007F:C350 01 00000000:00000003 00:00000000 00000000     0        0 0 1
`;

it("counts the connections of a unix socket that nobody has accepted", () => {
  expect(countUnix(UNIX, "/tmp/q.sock")).toBe(2);
  expect(countUnix(UNIX, "/none")).toBe(0);
});

it("counts those of a port", () => {
  expect(countTcp(TCP, 8080)).toBe(17);
  expect(countTcp(TCP, 22)).toBe(2);
  expect(countTcp(TCP, 80)).toBe(0);
});
