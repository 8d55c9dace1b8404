import { type NextRequest, NextResponse } from "next/server";

export const config = { matcher: ["/api/:path*", "/moved"] };

export function proxy(request: NextRequest) {
  if (request.nextUrl.pathname === "/moved") return NextResponse.redirect(new URL("/items/2", request.url));
  const response = NextResponse.next();
  response.headers.set("X-Proxied", "yes");
  return response;
}
