import { describe, expect, it } from "vitest";
import type { Environ, Headers, StartResponse } from "../../njs/wsgi/types.ts";
import { WsgiAServer } from "../../njs/wsgi/WsgiAServer.ts";

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options"] as const;

function call(application: WsgiAServer, method: string) {
  const answer = { status: "", headers: [] as Headers, body: undefined as unknown };
  const start_response: StartResponse = (status, headers) => {
    Object.assign(answer, { status, headers });
    return () => {};
  };
  answer.body = application({ REQUEST_METHOD: method } as Environ, start_response);
  return answer;
}

class Shop extends WsgiAServer {
  greeting = "hello";

  override get(environ: Environ, start_response: StartResponse) {
    start_response("200 OK", [["X-Method", environ.REQUEST_METHOD]]);
    return [this.greeting];
  }

  override post() {
    return ["posted"];
  }
}

class Every extends WsgiAServer {}
for (const name of METHODS) Every.prototype[name] = () => [`by ${name}`];

describe("an instance of a WsgiAServer", () => {
  it("is a function and an instance of its class", () => {
    const shop = new Shop();
    expect(typeof shop).toBe("function");
    expect(shop).toBeInstanceOf(Shop);
    expect(shop).toBeInstanceOf(WsgiAServer);
    expect(shop.constructor).toBe(Shop);
  });

  it("calls the method with itself as `this`", () => {
    const [shop, other] = [new Shop(), new Shop()];
    other.greeting = "goodbye";
    expect(call(shop, "GET")).toEqual({ status: "200 OK", headers: [["X-Method", "GET"]], body: ["hello"] });
    expect(call(other, "GET").body).toEqual(["goodbye"]);
  });

  it.each(METHODS)("answers by %s", (name) => {
    expect(call(new Every(), name.toUpperCase()).body).toEqual([`by ${name}`]);
  });

  it("answers HEAD by get, where there is no head", () => {
    expect(call(new Shop(), "HEAD")).toEqual({ status: "200 OK", headers: [["X-Method", "HEAD"]], body: ["hello"] });
  });

  it("inherits its class's methods", () => {
    class Sub extends Shop {
      override post() {
        return ["posted to the sub"];
      }
    }
    expect(call(new Sub(), "GET").body).toEqual(["hello"]);
    expect(call(new Sub(), "POST").body).toEqual(["posted to the sub"]);
  });

  it("takes a method from a field", () => {
    class Fields extends WsgiAServer {
      override get = () => ["by a field"];
    }
    expect(call(new Fields(), "GET").body).toEqual(["by a field"]);
  });

  it("may have fields named as a function's own", () => {
    class Named extends WsgiAServer {
      override name = "shop";
      override length = 5;
    }
    const { name, length } = new Named();
    expect([name, length]).toEqual(["shop", 5]);
  });

  it("may have its fields set, which is what a class's fields are in ES5", () => {
    class Named extends WsgiAServer {
      declare name: string;
      declare length: number;
      constructor() {
        super();
        this.name = "shop";
        this.length = 5;
      }
    }
    const { name, length } = new Named();
    expect([name, length]).toEqual(["shop", 5]);
  });
});

describe("OPTIONS (RFC 9110 section 9.3.7)", () => {
  it("is answered with the methods there are", () => {
    const allow = [["Allow", "GET, HEAD, POST, OPTIONS"]];
    expect(call(new Shop(), "OPTIONS")).toEqual({ status: "204 No Content", headers: allow, body: [] });
  });

  it("is the class's own, where it has a method for it", () => {
    expect(call(new Every(), "OPTIONS").body).toEqual(["by options"]);
  });
});

describe("405 (RFC 9110 section 15.5.6)", () => {
  it.each([
    ["nothing", new WsgiAServer(), "GET", "OPTIONS"],
    ["get and post", new Shop(), "DELETE", "GET, HEAD, POST, OPTIONS"],
    ["every method", new Every(), "TRACE", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"],
  ])("Allow lists what a class with %s answers", (_, application, method, allow) => {
    expect(call(application, method)).toEqual({
      status: "405 Method Not Allowed",
      headers: [
        ["Content-Type", "text/plain"],
        ["Allow", allow],
      ],
      body: ["405 Method Not Allowed\n"],
    });
  });

  it.each(["get", "Get", "constructor", "greeting", "toString", "__proto__", "hasOwnProperty", "BREW", "", "HEADER"])(
    "%j is no method, of any class",
    (method) => {
      for (const application of [new Shop(), new Every()])
        expect(call(application, method).status).toBe("405 Method Not Allowed");
    },
  );
});
