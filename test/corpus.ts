/** One request, whatever it is: the same environ by every way in. */
export interface Case {
  name: string;
  /** Its bytes as they go on the wire, one character a byte. */
  bytes: string;
  /** What nginx answers, where that is not 200. */
  status?: number;
}

const END = "Connection: close\r\n\r\n";

const methods: [method: string, status?: number][] = [
  ["GET"],
  ["HEAD"],
  ["POST"],
  ["PUT"],
  ["PATCH"],
  ["DELETE"],
  ["OPTIONS"],
  ["PROPFIND"],
  ["M-SEARCH"],
  ["BREW"],
  ["get", 400],
  ["TRACE", 405],
];

const targets: [target: string, status?: number][] = [
  ["/a/b?c=d"],
  ["/a?"],
  ["/a??b?c"],
  ["/?a=%20&b=%zz&c"],
  ["/a?b#c?d"],
  ["/a#b?c"],
  ["/a;b=c,d+e~f|g"],
  ["/a\\b"],
  ["/%C3%A9/x%20y"],
  ["/caf%C3%A9"],
  ["/caf%C3%A9/%E2%82%AC"],
  ["/%FF%FE/%80"],
  ["/\xc3\xa9?q=\xff"],
  ["/%2541%3F%23"],
  ["/a%0d%0ab%7f"],
  ["/a%2Fb%2f"],
  ["/a/./b//c/../d/."],
  ["/a/%2e%2E/b"],
  ["/a/.../..b"],
  ["/shop"],
  ["/shop/"],
  ["/shop/x/y"],
  ["/shops"],
  ["/shop/cart"],
  ["/shop/cart/1?2"],
  ["/shop/carts"],
  ["//shop//cart"],
  ["/x/../shop%2Fcart"],
  ["/SHOP"],
  ["http://other.test/shop/x?y#z"],
  ["HTTP://other.test:8080"],
  ["https://[::1]:8443/a?b"],
  ["ftp://other.test?x"],
  ["http://u@h/", 400],
  ["http://a..b/", 400],
  ["http://h:8x/", 400],
  ["h:443", 400],
  ["*", 400],
  ["/%00", 400],
  ["/%", 400],
  ["/%zz", 400],
  ["/../a", 400],
  ["/a\x01", 400],
  ["/a b", 400],
];

const hosts: [host: string, status?: number][] = [
  ["example.com:8443"],
  ["EXAMPLE.com."],
  ["127.0.0.1:80"],
  ["[::1]"],
  ["[2001:db8::1]:8080"],
  ["", 400],
  [":80", 400],
  ["a/b", 400],
  ["a..b", 400],
  ["a b", 400],
];

const headers: [name: string, headers: string, status?: number][] = [
  ["two headers of one name", "X-Twice: one\r\nx-twice: two"],
  ["two that nginx knows", "Accept: a\r\nAccept: b\r\nUser-Agent: a\r\nUser-Agent: b\r\nReferer: a\r\nReferer: b"],
  ["two cookies", "Cookie: a=1; b=2\r\nCookie: c=3"],
  ["cookies, one of them empty", "Cookie:\r\nCookie: c=3"],
  ["two Content-Types", "Content-Type: text/a\r\nContent-Type: text/b"],
  ["X-Forwarded-For twice", "X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 2.2.2.2"],
  ["empty values", "X-Empty:\r\nX-Blank:    \r\nContent-Type:"],
  ["blanks around and in a value", "X-Blank:   a  b   "],
  ["a tab in a value", "X-Tab: a\tb"],
  ["tabs around a value", "X-Tab:\ta\t"],
  ["bytes that are no ASCII", "X-Name: \xc3\xa9\xff\x80"],
  ["quotes and separators", 'X-List: "a, b", c; d="e\\"f"'],
  ["odd names", "1: a\r\n-: b\r\nX-: c\r\nHTTP-HTTP: d\r\nconstructor: e"],
  ["names nginx ignores", "X.Dot: a\r\nX!Bang: b\r\nX~: c\r\n__proto__: d"],
  ["what browsers send", "Accept-Encoding: gzip, br\r\nAccept-Language: de\r\nDNT: 1\r\nIf-Modified-Since: x"],
  ["credentials", "Authorization: Basic YTpi"],
  ["an Expect of no kind", "Expect: other"],
  ["a control character in a value", "X-Control: a\x01b"],
  ["If-Match", 'If-Match: "a"'],
  ["If-None-Match", "If-None-Match: *"],
  ["two that may stand once", "Authorization: a\r\nAuthorization: b", 400],
  ["a line that is no header", "X-A: 1\r\n: 2", 400],
];

const bodies: [name: string, head: string, body: string, status?: number][] = [
  ["a body with its length", "Content-Type: text/x; charset=y\r\nContent-Length: 5", "hello"],
  ["a length with zeros before it", "Content-Length: 0005", "hello"],
  ["an empty body", "Content-Length: 0", ""],
  ["no body", "Content-Type: text/x", ""],
  ["bytes as a body", "Content-Length: 7", "\x00\xff\r\n\r\n\x80"],
  ["a body that was announced", "Expect: 100-continue\r\nContent-Length: 5", "hello"],
  ["a chunked body", "Transfer-Encoding: chunked", "5\r\nhello\r\n1;a=b\r\n!\r\n0\r\nX-Trailer: 1\r\n\r\n"],
  ["an empty chunked body", "Transfer-Encoding: CHUNKED", "0\r\n\r\n"],
  ["a chunk of no length", "Transfer-Encoding: chunked", "x\r\n", 400],
  ["a length that is none", "Content-Length: 0x5", "hello", 400],
];

const long = (...bytes: number[]) => bytes.map((count, at) => `X-Long-${at}: ${"a".repeat(count)}\r\n`).join("");

const others: Case[] = [
  { name: "HTTP/1.0 without Host", bytes: "GET /a HTTP/1.0\r\n\r\n" },
  { name: "HTTP/1.0 with Host", bytes: "GET /a HTTP/1.0\r\nHost: old.test:81\r\n\r\n" },
  { name: "HTTP/1.0 in absolute form", bytes: "GET http://other.test/a HTTP/1.0\r\n\r\n" },
  { name: "HTTP/1.0 with a body", bytes: "POST /a HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello" },
  { name: "HTTP/1.1 without Host", bytes: `GET /a HTTP/1.1\r\n${END}`, status: 400 },
  { name: "HTTP/1.2", bytes: `GET /a HTTP/1.2\r\nHost: site.test\r\n${END}` },
  { name: "HTTP/2.0 by its name", bytes: `GET /a HTTP/2.0\r\nHost: site.test\r\n${END}`, status: 505 },
  { name: "an empty line before", bytes: `\r\nGET /a HTTP/1.1\r\nHost: site.test\r\n${END}` },
  { name: "two spaces between", bytes: `GET  /a  HTTP/1.1\r\nHost: site.test\r\n${END}` },
  { name: "lines that end in LF", bytes: "GET /a HTTP/1.1\nHost: site.test\nConnection: close\n\n" },
  { name: "a GET with a body", bytes: `GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n${END}hello` },
  { name: "a HEAD with a body", bytes: `HEAD /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n${END}hello` },
  { name: "990 headers", bytes: `GET /a HTTP/1.1\r\nHost: a\r\n${"a:\r\n".repeat(990)}${END}` },
  { name: "a target of 8 kB", bytes: `GET /${"a".repeat(8100)} HTTP/1.1\r\nHost: a\r\n${END}` },
  { name: "a query of 8 kB", bytes: `GET /?${"a".repeat(8100)} HTTP/1.1\r\nHost: a\r\n${END}` },
  { name: "a target above 8 kB", bytes: `GET /${"a".repeat(8200)} HTTP/1.1\r\nHost: a\r\n${END}`, status: 414 },
  { name: "a header of 8 kB", bytes: `GET /a HTTP/1.1\r\nHost: a\r\n${long(8100)}${END}` },
  { name: "a header above 8 kB", bytes: `GET /a HTTP/1.1\r\nHost: a\r\n${long(8200)}${END}`, status: 400 },
  { name: "headers of 30 kB", bytes: `GET /a HTTP/1.1\r\nHost: a\r\n${long(7500, 7500, 7500, 7500)}${END}` },
  { name: "HEAD, and headers of 15 kB back", bytes: `HEAD /a HTTP/1.1\r\nHost: a\r\n${long(7500, 7500)}${END}` },
];

export const corpus: Case[] = [
  ...methods.map(([method, status]) => ({
    name: `${method} by its name`,
    bytes: `${method} /shop/x?y HTTP/1.1\r\nHost: site.test\r\n${END}`,
    status,
  })),
  ...targets.map(([target, status]) => ({
    name: `the target ${JSON.stringify(target)}`,
    bytes: `GET ${target} HTTP/1.1\r\nHost: site.test\r\n${END}`,
    status,
  })),
  ...hosts.map(([host, status]) => ({
    name: `the Host ${JSON.stringify(host)}`,
    bytes: `GET /a HTTP/1.1\r\nHost: ${host}\r\n${END}`,
    status,
  })),
  ...headers.map(([name, lines, status]) => ({
    name,
    bytes: `GET /a HTTP/1.1\r\nHost: site.test\r\n${lines}\r\n${END}`,
    status,
  })),
  ...bodies.map(([name, head, body, status]) => ({
    name,
    bytes: `POST /a HTTP/1.1\r\nHost: site.test\r\n${head}\r\n${END}${body}`,
    status,
  })),
  ...others,
];
