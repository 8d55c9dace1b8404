import { setTimeout as sleep } from "node:timers/promises";
import { Suspense } from "react";

export const dynamic = "force-dynamic";

export default function Slow() {
  return (
    <Suspense fallback={<p>Wait</p>}>
      <Late />
    </Suspense>
  );
}

async function Late() {
  await sleep(300);
  return <p>Late</p>;
}
