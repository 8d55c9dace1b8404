/** A uwsgi packet of vars, in order: what nginx sends. */
export function packet(vars: [name: string, value: string][], body: string | Uint8Array = ""): Buffer {
  const block = Buffer.concat(vars.flat().map(field));
  const header = Buffer.from([0, block.length & 0xff, block.length >> 8, 0]);
  return Buffer.concat([header, block, Buffer.from(body)]);
}

function field(text: string): Buffer {
  const bytes = Buffer.from(text, "latin1");
  return Buffer.concat([Buffer.from([bytes.length & 0xff, bytes.length >> 8]), bytes]);
}

/** The vars of a GET, and others. */
export function get(path: string, ...more: [name: string, value: string][]): [name: string, value: string][] {
  return [
    ["REQUEST_METHOD", "GET"],
    ["PATH_INFO", path],
    ["REQUEST_URI", path],
    ["SERVER_PROTOCOL", "HTTP/1.1"],
    ...more,
  ];
}

/** An SCGI request of vars, in order. */
export function scgi(vars: [name: string, value: string][], body: string | Uint8Array = ""): Buffer {
  const block = vars.map(([name, value]) => `${name}\0${value}\0`).join("");
  return Buffer.concat([Buffer.from(`${block.length}:${block},`, "latin1"), Buffer.from(body as string, "latin1")]);
}
