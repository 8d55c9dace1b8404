import { describe, expect, it } from "vitest";
import { request } from "./request.ts";
import { useSite } from "./use_site.ts";

/** `mount()`, one file in both places: a shop with a cart in it beside what answers the rest. */
const MOUNTED = `import { mount } from "njsgi";
const say = (name) => (environ, start_response) => {
  start_response("200 OK", [["Content-Type", "text/plain"]]);
  return [name + " " + environ.SCRIPT_NAME + "|" + environ.PATH_INFO];
};
const shop = mount({ "/cart": say("cart"), "/": say("shop") });
export const application = mount({ "/shop": shop, "/caf\u00e9": say("caf\u00e9"), "/only": mount({ "/this": say("this") }) });
`;

const site = useSite({
  files: {
    "njs/apps/mounted.ts": MOUNTED,
    "backend/apps/pool/mounted.ts": MOUNTED,
    "njs/routes.ts": `export const mounts = {
      "/edge": { place: "edge", app: "mounted.ts" },
      "/pool": { place: "pool", app: "pool/mounted.ts" },
    };`,
  },
});

describe.each(["/edge", "/pool"])("mount() under %s", (at) => {
  it.each([
    ["/shop", "shop AT/shop|"],
    ["/shop/", "shop AT/shop|/"],
    ["/shop/x", "shop AT/shop|/x"],
    ["/shop/cart", "cart AT/shop/cart|"],
    ["/shop/cart/1", "cart AT/shop/cart|/1"],
    ["/shop/carts", "shop AT/shop|/carts"],
    ["/only/this/", "this AT/only/this|/"],
    ["/caf%C3%A9/x", "caf\u00e9 AT/caf\u00c3\u00a9|/x"],
  ])("E5 %s", async (path, expected) => {
    expect(await request(site.socket, at + path)).toMatchObject({ status: 200, text: expected.replace("AT", at) });
  });

  it.each(["", "/", "/shops", "/only", "/only/that"])("%s is a 404, held by none", async (path) => {
    expect(await request(site.socket, at + path)).toMatchObject({ status: 404, text: "404 Not Found\n" });
  });
});
