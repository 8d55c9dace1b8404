import { setTimeout as sleep } from "node:timers/promises";

export const dynamic = "force-dynamic";

export function GET() {
  return new Response(
    new ReadableStream({
      async start(controller) {
        for (let i = 0; i < 4; i++) {
          controller.enqueue(new TextEncoder().encode(`piece ${i}\n`));
          await sleep(100);
        }
        controller.close();
      },
    }),
  );
}
