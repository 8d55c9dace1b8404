/** The parts an edge environ is built of, as bits: what `EdgeRoute.reads` says an application reads. */
export const REQUEST = 1;
export const HEADERS = 2;
export const SERVER = 4;
export const GATEWAY = 8;
export const ALL = 15;

/** The parts that give a key its value; a key no part knows is the site's configuration, which GATEWAY adds. */
export function partsOf(key: string): number {
  if (key.startsWith("HTTP_")) return HEADERS;
  switch (key) {
    case "REQUEST_METHOD":
    case "SCRIPT_NAME":
    case "PATH_INFO":
    case "QUERY_STRING":
    case "CONTENT_TYPE":
    case "CONTENT_LENGTH":
    case "REQUEST_URI":
    case "SERVER_PROTOCOL":
    case "wsgi.input":
    case "wsgi.input_terminated":
      return REQUEST;
    case "REQUEST_SCHEME":
    case "wsgi.url_scheme":
    case "HTTPS":
    case "SERVER_ADDR":
    case "SERVER_PORT":
    case "SERVER_NAME":
    case "REMOTE_ADDR":
    case "REMOTE_PORT":
      return SERVER | HEADERS;
    default:
      return GATEWAY;
  }
}
