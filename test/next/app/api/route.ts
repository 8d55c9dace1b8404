import { type NextRequest, NextResponse } from "next/server";

export function GET({ url, nextUrl, headers, cookies }: NextRequest) {
  const forwarded = [...headers].filter(([name]) => name === "host" || name.startsWith("x-"));
  const response = NextResponse.json({ url, path: nextUrl.pathname, cookies: cookies.getAll(), forwarded });
  response.cookies.set("a", "1", { httpOnly: true });
  response.cookies.set("b", "2");
  return response;
}

export async function POST(request: NextRequest) {
  const type = request.headers.get("content-type") ?? "";
  return new Response(await request.text(), { status: 201, headers: { "Content-Type": type } });
}
