/** What an application imports, wherever it runs: `import { WsgiAServer, type Application } from "njsgi"`. */
export type {
  Application,
  BlockReader,
  Body,
  Chunk,
  Environ,
  ErrorStream,
  FileLike,
  Headers,
  Input,
  StartResponse,
  Write,
} from "./types.ts";
export { cookies } from "./cookies.ts";
export { lint } from "./lint.ts";
export { mount } from "./mount.ts";
export { query } from "./query.ts";
export { readForm } from "./read_form.ts";
export { readJson } from "./read_json.ts";
export { isRequestError, type RequestError } from "./request_error.ts";
export { utf8 } from "./utf8.ts";
export { WsgiAServer } from "./WsgiAServer.ts";
