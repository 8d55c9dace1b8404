/** FastCGI as nginx has its side of it: requests encoded, answers decoded. */
export const TYPE = {
  begin: 1,
  abort: 2,
  end: 3,
  params: 4,
  stdin: 5,
  stdout: 6,
  getValues: 9,
  valuesResult: 10,
  unknown: 11,
};

export interface RequestOptions {
  id?: number;
  /** Whether the connection is kept. Default true. */
  isKept?: boolean;
  /** Default 1, a responder. */
  role?: number;
}

type Var = [name: string, value: string];

/** @param padding bytes behind the content */
export function record(type: number, content: string | Uint8Array = "", id = 1, padding = 0): Buffer {
  const bytes = Buffer.from(content as string, "latin1");
  const header = Buffer.from([1, type, id >> 8, id & 0xff, bytes.length >> 8, bytes.length & 0xff, padding, 0]);
  return Buffer.concat([header, bytes, Buffer.alloc(padding)]);
}

export function begin({ id = 1, isKept = true, role = 1 }: RequestOptions = {}): Buffer {
  return record(TYPE.begin, Buffer.from([role >> 8, role & 0xff, isKept ? 1 : 0, 0, 0, 0, 0, 0]), id);
}

/** The content of PARAMS, or of GET_VALUES. @param isLong whether each length takes four bytes, also where one will do */
export function pairs(vars: Var[], isLong = false): Buffer {
  return Buffer.concat(
    vars.flatMap(([name, value]) => [length(name, isLong), length(value, isLong), Buffer.from(name + value, "latin1")]),
  );
}

function length({ length: bytes }: string, isLong: boolean): Buffer {
  if (bytes < 128 && !isLong) return Buffer.from([bytes]);
  const four = Buffer.alloc(4);
  four.writeUInt32BE((bytes | 0x80000000) >>> 0);
  return four;
}

/** A request as nginx sends it, in as many records as it takes. */
export function fastcgi(vars: Var[], body: string | Uint8Array = "", options: RequestOptions = {}): Buffer {
  const { id = 1 } = options;
  const stream = (type: number, bytes: Uint8Array) => {
    const parts: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += 32768) parts.push(record(type, bytes.subarray(at, at + 32768), id));
    return [...parts, record(type, "", id)];
  };
  const stdin = Buffer.from(body as string, "latin1");
  return Buffer.concat([begin(options), ...stream(TYPE.params, pairs(vars)), ...stream(TYPE.stdin, stdin)]);
}

export interface Answered {
  type: number;
  id: number;
  content: Buffer;
}

/** @returns the whole records, in their order */
export function records(bytes: Buffer): Answered[] {
  const all: Answered[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const contentAt = at + 8;
    const contentBytes = bytes.readUInt16BE(at + 4);
    const next = contentAt + contentBytes + bytes[at + 6]!;
    if (next > bytes.length) break;
    const content = bytes.subarray(contentAt, contentAt + contentBytes);
    all.push({ type: bytes[at + 1]!, id: bytes.readUInt16BE(at + 2), content });
    at = next;
  }
  return all;
}

/** What each request that has its END_REQUEST was answered, in their order: its status of FastCGI, and its bytes as text. */
export function answers(bytes: Buffer): { id: number; status: number; text: string }[] {
  const texts = new Map<number, string>();
  const all: { id: number; status: number; text: string }[] = [];
  for (const { type, id, content } of records(bytes)) {
    if (type === TYPE.stdout) texts.set(id, (texts.get(id) ?? "") + content.toString("latin1"));
    if (type !== TYPE.end) continue;
    all.push({ id, status: content[4]!, text: texts.get(id) ?? "" });
    texts.delete(id);
  }
  return all;
}
