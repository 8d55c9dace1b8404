/** The parts an edge environ is built of, as bits: what `EdgeRoute.reads` says an application reads. */
export const METHOD = 1;
export const PATH = 2;
export const QUERY = 4;
export const TARGET = 8;
export const BODY = 16;
export const HEADERS = 32;
export const SERVER = 64;
export const CLIENT = 128;
export const LOG = 256;
export const GATEWAY = 512;
export const ALL = 1023;

/** The part that gives a key its value; a key no part knows is the site's configuration, which GATEWAY adds. */
export function partOf(key: string): number {
  if (key.startsWith("HTTP_")) return HEADERS;
  switch (key) {
    case "REQUEST_METHOD":
      return METHOD;
    case "SCRIPT_NAME":
    case "PATH_INFO":
      return PATH;
    case "QUERY_STRING":
      return QUERY;
    case "REQUEST_URI":
    case "SERVER_PROTOCOL":
      return TARGET;
    case "CONTENT_TYPE":
    case "CONTENT_LENGTH":
    case "wsgi.input":
    case "wsgi.input_terminated":
      return BODY;
    case "REQUEST_SCHEME":
    case "wsgi.url_scheme":
    case "HTTPS":
    case "SERVER_ADDR":
    case "SERVER_PORT":
    case "SERVER_NAME":
      return SERVER;
    case "REMOTE_ADDR":
    case "REMOTE_PORT":
      return CLIENT;
    case "REQUEST_ID":
    case "wsgi.errors":
      return LOG;
    default:
      return GATEWAY;
  }
}
