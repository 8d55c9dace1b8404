import { expect, it } from "vitest";
import { limitReached, type Limits } from "../../backend/master/limits.ts";
import type { Beat } from "../../backend/worker/messages.ts";

const NONE: Limits = { maxRequests: 0, maxRequestsJitter: 0, maxMemory: 0, maxLifetime: 0 };

const worker = { beat: { requests: 1000, rssBytes: 2 ** 30 } as Beat, bornAt: 1000 };

it.each<[what: string, limits: Partial<Limits>, chance: number, reason: string | undefined]>([
  ["no limits", {}, 0, undefined],
  ["as many requests as it may", { maxRequests: 1000 }, 0.99, "has answered 1000 requests"],
  ["fewer requests", { maxRequests: 1001 }, 0, undefined],
  ["as many as it may, and its jitter is more", { maxRequests: 990, maxRequestsJitter: 20 }, 0.99, undefined],
  ["more than its jitter", { maxRequests: 990, maxRequestsJitter: 20 }, 0.4, "has answered 1000 requests"],
  ["as much memory as it may have", { maxMemory: 2 ** 30 }, 0, undefined],
  ["more memory", { maxMemory: 2 ** 29 }, 0, "has 1073741824 bytes of memory, --max-memory is 536870912"],
  ["younger", { maxLifetime: 61 }, 0, undefined],
  ["old", { maxLifetime: 60 }, 0, "is 60 s old"],
])("%s", (_what, limits, chance, reason) => {
  expect(limitReached(worker, { ...NONE, ...limits }, chance, 61_000)).toBe(reason);
});

it("before its first beat it has done nothing", () => {
  expect(limitReached({ bornAt: 0 }, { ...NONE, maxRequests: 1, maxMemory: 1 }, 0, 0)).toBeUndefined();
});
