import { describe, expect, it } from "vitest";
import { readTcp, readUnix } from "../../backend/worker/listening_sockets.ts";

/** As a little-endian machine's kernel writes them. */

describe("/proc/net/unix", () => {
  it("the streams that listen, by path", () => {
    const text = `Num       RefCount Protocol Flags    Type St Inode Path
00000000c6deedb4: 00000002 00000000 00010000 0001 01 5662524 /run/a b.sock
00000000c6deedb5: 00000002 00000000 00010000 0001 01   524 @abstract
00000000c6deedb6: 00000002 00000000 00000000 0001 01 5662525 /run/bound.sock
00000000c6deedb7: 00000003 00000000 00000000 0001 03 5662526 /run/a b.sock
00000000c6deedb8: 00000002 00000000 00010000 0005 01 5662527 /run/seqpacket.sock
00000000c6deedb9: 00000003 00000000 00000000 0001 03 5662528
`;
    expect(readUnix(text)).toEqual([
      { address: "unix:/run/a b.sock", inode: "5662524" },
      { address: "unix:@abstract", inode: "524" },
    ]);
  });
});

describe("/proc/net/tcp and tcp6", () => {
  it.each([
    ["0100007F:6DBA", "0A", ["127.0.0.1:28090"]],
    ["00000000:07E8", "0A", ["0.0.0.0:2024"]],
    ["0100007F:6DBA", "01", []],
    ["00000000000000000000000001000000:1F40", "0A", ["[::1]:8000"]],
    ["00000000000000000000000000000000:0050", "0A", ["[::]:80"]],
    ["B80D0120000000000000000001000000:0050", "0A", ["[2001:db8::1]:80"]],
  ])("%s in state %s is %j", (local, state, addresses) => {
    const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000     0        0 17 1 0 100 0 0 10 0
`;
    expect(readTcp(text)).toEqual(addresses.map((address) => ({ address, inode: "17" })));
  });
});
