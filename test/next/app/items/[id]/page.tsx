import { notFound } from "next/navigation";

export default async function Item({ params }: PageProps<"/items/[id]">) {
  const { id } = await params;
  if (id === "none") notFound();
  return <p>Item {decodeURIComponent(id)}</p>;
}
