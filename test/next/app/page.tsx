import { cookies } from "next/headers";
import { Counter } from "./counter";

export const dynamic = "force-dynamic";

export default async function Page({ searchParams }: PageProps<"/">) {
  const { name = "world" } = await searchParams;
  const visitor = (await cookies()).get("visitor")?.value ?? "nobody";
  return (
    <>
      <h1>Hello {name}!</h1>
      <p>{visitor}</p>
      <Counter />
    </>
  );
}
