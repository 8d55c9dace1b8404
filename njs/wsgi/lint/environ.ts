import { isWithheld } from "../header_key.ts";
import type { Environ } from "../types.ts";
import { show, violation } from "./violation.ts";

/** @param args what the server called the application with */
export function checkCall(args: ArrayLike<unknown>): void {
  //= X1 The server calls the application with two arguments: the environ and the function `start_response`.
  if (args.length !== 2 || typeof args[1] !== "function") {
    const given = Array.prototype.map.call(args, show).join(", ");
    throw violation("X1", `the server called application(${given}), want application(environ, start_response)`);
  }
}

export function checkEnviron(environ: Environ): void {
  checkObject(environ);
  checkKeys(environ);
  checkStrings(environ);
  checkPaths(environ);
  checkContentLength(environ);
  checkGateway(environ);
  checkStreams(environ);
}

function checkObject(environ: Environ): void {
  //= E9a The environ is a plain object.
  if (typeof environ !== "object" || environ === null || Object.getPrototypeOf(environ) !== Object.prototype) {
    throw violation("E9a", `the server gave ${show(environ)} as the environ, want a plain object`);
  }
  //= E9b The application may change the environ: it is extensible, and its keys are own, enumerable and writable.
  const fixed = Object.getOwnPropertyNames(environ).filter((key) => {
    const { enumerable, writable } = Object.getOwnPropertyDescriptor(environ, key)!;
    return !enumerable || !writable;
  });
  if (fixed.length > 0 || !Object.isExtensible(environ)) {
    const what = fixed.length > 0 ? `whose ${fixed[0]} can't be changed` : "to which no key can be added";
    throw violation("E9b", `the server gave an environ ${what}, want one the application may change`);
  }
}

function checkKeys(environ: Environ): void {
  //= E1a The environ has `REQUEST_METHOD`, `SCRIPT_NAME`, `PATH_INFO`, `QUERY_STRING`, `SERVER_NAME`, `SERVER_PORT`,
  //= `SERVER_PROTOCOL`, and the `wsgi.` keys of the rules below.
  const cgi = "REQUEST_METHOD SCRIPT_NAME PATH_INFO QUERY_STRING SERVER_NAME SERVER_PORT SERVER_PROTOCOL";
  const wsgi = "version url_scheme input input_terminated errors multithread multiprocess run_once";
  for (const key of cgi.split(" ").concat(wsgi.split(" ").map((name) => `wsgi.${name}`))) {
    if (!(key in environ)) throw violation("E1a", `the server gave an environ without ${key}`);
  }
  //= E2a The environ has `CONTENT_TYPE` and `CONTENT_LENGTH`, empty when the request has none.
  for (const key of ["CONTENT_TYPE", "CONTENT_LENGTH"]) {
    if (!(key in environ)) {
      throw violation("E2a", `the server gave an environ without ${key}, want "" where the request has none`);
    }
  }
  for (const key of Object.keys(environ)) {
    //= E2b The environ has neither `HTTP_CONTENT_TYPE` nor `HTTP_CONTENT_LENGTH`.
    if (key === "HTTP_CONTENT_TYPE" || key === "HTTP_CONTENT_LENGTH") {
      throw violation("E2b", `the server gave ${key} in the environ, want ${key.slice(5)} alone`);
    }
    //= E3 The environ has no header of the connection (RFC 9110 section 7.6.1), no `HTTP_EXPECT`, which is the
    //= server's to answer, and no `HTTP_PROXY`, which HTTP clients take for a setting of theirs.
    if (isWithheld(key)) {
      throw violation("E3", `the server gave ${key} in the environ, a header that no application is to see`);
    }
  }
}

function checkStrings(environ: Environ): void {
  //= E4 Each key without a dot has a string: one character, up to U+00FF, for each byte.
  for (const key of Object.keys(environ)) {
    const value = environ[key];
    if (key.includes(".") || (typeof value === "string" && !/[\u0100-\uffff]/.test(value))) continue;
    throw violation(
      "E4",
      `the server gave ${show(value)} as ${key}, want a string of one character (to U+00FF) a byte`,
    );
  }
  //= E1b `REQUEST_METHOD`, `SERVER_NAME` and `SERVER_PORT` are not empty.
  for (const key of ["REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT"]) {
    if (environ[key] === "") throw violation("E1b", `the server gave an empty ${key}`);
  }
}

function checkPaths({ SCRIPT_NAME, PATH_INFO }: Environ): void {
  //= E5a `SCRIPT_NAME` is not `/`: for the root it is empty, and the slash is `PATH_INFO`'s.
  if (SCRIPT_NAME === "/") throw violation("E5a", 'the server gave "/" as SCRIPT_NAME, want "" for the root');
  //= E5b `SCRIPT_NAME` and `PATH_INFO` are each empty or start with a slash.
  if (!/^(\/|$)/.test(SCRIPT_NAME) || !/^(\/|$)/.test(PATH_INFO)) {
    const given = `${show(SCRIPT_NAME)} as SCRIPT_NAME and ${show(PATH_INFO)} as PATH_INFO`;
    throw violation("E5b", `the server gave ${given}, want each empty or with a slash in front`);
  }
  //= E5c `SCRIPT_NAME` and `PATH_INFO` are not both empty.
  if (SCRIPT_NAME === "" && PATH_INFO === "") {
    throw violation("E5c", 'the server gave an empty SCRIPT_NAME and an empty PATH_INFO, want "/" as PATH_INFO');
  }
}

function checkContentLength({ CONTENT_LENGTH }: Environ): void {
  //= E2c `CONTENT_LENGTH` is empty or a number of bytes, in digits.
  if (!/^[0-9]*$/.test(CONTENT_LENGTH)) {
    throw violation("E2c", `the server gave ${show(CONTENT_LENGTH)} as CONTENT_LENGTH, want digits or ""`);
  }
}

function checkGateway(environ: Environ): void {
  //= E6a `wsgi.version` is the pair `[1, 0]`.
  const version: unknown = environ["wsgi.version"];
  if (!Array.isArray(version) || version.length !== 2 || version[0] !== 1 || version[1] !== 0) {
    throw violation("E6a", `the server gave ${show(version)} as wsgi.version, want [1, 0]`);
  }
  //= E6b `wsgi.url_scheme` is `http` or `https`.
  const scheme = environ["wsgi.url_scheme"];
  if (scheme !== "http" && scheme !== "https") {
    throw violation("E6b", `the server gave ${show(scheme)} as wsgi.url_scheme, want "http" or "https"`);
  }
  //= E6c `wsgi.multithread`, `wsgi.multiprocess` and `wsgi.run_once` are booleans.
  for (const key of ["wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once"]) {
    if (typeof environ[key] !== "boolean") {
      throw violation("E6c", `the server gave ${show(environ[key])} as ${key}, want true or false`);
    }
  }
}

function checkStreams(environ: Environ): void {
  //= E7a `wsgi.input` has the methods `read`, `readline`, `readlines`, `chunks`, and is async iterable.
  const inputLacks = missing(environ["wsgi.input"], ["read", "readline", "readlines", "chunks", Symbol.asyncIterator]);
  if (inputLacks) throw violation("E7a", `the server gave a wsgi.input without ${inputLacks}`);
  //= E7b `wsgi.input_terminated` is true: the input ends where the request's body does.
  if (environ["wsgi.input_terminated"] !== true) {
    throw violation(
      "E7b",
      `the server gave ${show(environ["wsgi.input_terminated"])} as wsgi.input_terminated, want true`,
    );
  }
  //= E8a `wsgi.errors` has the methods `write`, `writelines` and `flush`.
  const errorsLack = missing(environ["wsgi.errors"], ["write", "writelines", "flush"]);
  if (errorsLack) throw violation("E8a", `the server gave a wsgi.errors without ${errorsLack}`);
}

/** The first of `methods` that `object` has not, for a sentence. */
function missing(object: unknown, methods: (string | symbol)[]): string | undefined {
  const has = (object ?? {}) as { [method: string | symbol]: unknown };
  const lacking = methods.filter((method) => typeof has[method] !== "function");
  return lacking.length === 0 ? undefined : `a method ${String(lacking[0])}`;
}
