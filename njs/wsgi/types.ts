/**
 * The interface between a server and an application: PEP 3333's, in TypeScript.
 * Field names are PEP 3333's and RFC 3875's own, in their own spelling.
 */

/** A piece of a response body: a string is sent as UTF-8. */
export type Chunk = string | Uint8Array;

/** What an application returns. One that has a `close()` has it called once, however the response ends. */
export type Body = Iterable<Chunk> | AsyncIterable<Chunk> | Promise<Iterable<Chunk> | AsyncIterable<Chunk>>;

/** Response headers, in the order they are sent; a name may stand twice. Values are latin-1. */
export type Headers = [name: string, value: string][];

/** PEP 3333's imperative way to send body data. What it is given goes before the body. */
export type Write = (chunk: Chunk) => void;

/**
 * Sets the status line (`"200 OK"`) and the headers; nothing is sent before the body's first non-empty chunk.
 * May be called again only with the error that makes the first answer void.
 * @throws TypeError when status or headers break a rule of HTTP; `excInfo` itself when the head is already sent
 */
export type StartResponse = (status: string, headers: Headers, excInfo?: Error) => Write;

/** The one entry for all requests. */
export type Application = (environ: Environ, start_response: StartResponse) => Body;

/**
 * The request body. Ends at CONTENT_LENGTH; a body cut short rejects with an error, it never looks complete.
 *
 * In the pool it is read from the connection as the application reads it. At the edge nginx has it whole before, and
 * njs before 1.0 reads none that is longer than `client_body_buffer_size`: there that rejects too.
 */
export interface Input {
  /** @param size in bytes; all that is left when not given. Fewer come only at the end, none (length 0) after it. */
  read(size?: number): Promise<Uint8Array>;
  /** One line with its `\n`, or at most `size` bytes of it. */
  readline(size?: number): Promise<Uint8Array>;
  /** All lines, or as many as it takes to reach `hint` bytes. */
  readlines(hint?: number): Promise<Uint8Array[]>;
  /**
   * The bytes as they come, without waiting for a block or a line. Who leaves it leaves the rest to the other readers.
   *
   * In the pool, as a Node stream and as a web one, both of which hold the client back:
   *
   *     Readable.from(input.chunks(), { objectMode: false })
   *     ReadableStream.from(input.chunks())
   */
  chunks(): AsyncIterableIterator<Uint8Array>;
  /** Line by line, as a Python file. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/** The server's error log: each call is one line with the request's id. */
export interface ErrorStream {
  write(text: string): void;
  writelines(lines: Iterable<string>): void;
  flush(): void;
}

/** An AbortSignal, as far as an application needs one; what takes an AbortSignal takes it. */
export type ClientSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } } ? Signal : never;

/** Anything that is read in blocks, up to an empty one: an Input, an object of the application's own. */
export interface BlockReader {
  read(size: number): Uint8Array | Promise<Uint8Array>;
  close?(): void | Promise<void>;
}

/** A FileHandle of node:fs/promises, as far as its type is needed here. It is read from where it stands. */
export interface OpenFile {
  readonly fd: number;
  close(): Promise<void>;
}

/** What `wsgi.file_wrapper` takes; in the pool any Node Readable too, and of all those a FileHandle or fs.ReadStream best. */
export type FileLike = BlockReader | OpenFile;

/** A fresh plain object each request, the application's to change. CGI values are latin-1: see `utf8`. */
export interface Environ {
  REQUEST_METHOD: string;
  SCRIPT_NAME: string;
  PATH_INFO: string;
  QUERY_STRING: string;
  CONTENT_TYPE: string;
  CONTENT_LENGTH: string;
  SERVER_NAME: string;
  SERVER_PORT: string;
  SERVER_PROTOCOL: string;
  REQUEST_URI: string;
  REQUEST_SCHEME: string;
  /** 32 hex digits, the same in nginx's access log and in every line the request logs. */
  REQUEST_ID: string;
  DOCUMENT_ROOT: string;
  SCRIPT_FILENAME: string;
  REMOTE_ADDR: string;
  REMOTE_PORT: string;
  SERVER_ADDR: string;
  "wsgi.version": [1, 0];
  "wsgi.url_scheme": string;
  "wsgi.input": Input;
  "wsgi.input_terminated": true;
  "wsgi.errors": ErrorStream;
  "wsgi.multithread": boolean;
  "wsgi.multiprocess": boolean;
  "wsgi.run_once": boolean;
  /**
   * A file as a body, closed with it; `blockSize` in bytes is a hint. In the pool, where the body is the whole of a file that
   * nginx serves (nginx.conf's X_ACCEL_MAPPING), with the status 200 and no header nginx would lose, nginx sends it.
   */
  "wsgi.file_wrapper": (file: FileLike, blockSize?: number) => AsyncIterable<Uint8Array>;
  "uwsgi.version": string;
  "uwsgi.node": string;
  /** Where this runs: inside nginx, or in a worker. */
  "njsgi.runtime": "edge" | "pool";
  /** In the pool: says when the client is gone. */
  "njsgi.signal"?: ClientSignal;
  /** The application file's name as a module: `uwsgi_file_` and its path, as uWSGI names it. */
  "njsgi.module": string;
  [key: string]: unknown;
}
