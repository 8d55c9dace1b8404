import { setTimeout as sleep } from "node:timers/promises";
import { after } from "next/server";

export const dynamic = "force-dynamic";

export function GET() {
  after(async () => {
    await sleep(500);
    console.log("done after the answer");
  });
  return new Response("now");
}
