import type { ServerResponse } from "node:http";

/** What node:http has in itself, as many packages know: neither in its documentation nor in its types. */
declare module "node:http" {
  interface IncomingMessage {
    /** Whether anybody began to read it. */
    _consuming: boolean;
    upgrade: boolean | null;
    /** @param count names and values together */
    _addHeaderLines(rawHeaders: string[], count: number): void;
    /** Reads and forgets what is left: then it is `_dumped`. */
    _dump(): void;
    _dumped: boolean;
  }
  interface OutgoingMessage {
    _closed: boolean;
    /** The head as it is sent, once it is made. */
    _header: string | null;
    _storeHeader(firstLine: string, headers: unknown): void;
    _writeRaw(data: string | Uint8Array, encoding?: BufferEncoding | null, written?: () => void): boolean;
    outputData: { data: string | Uint8Array; encoding?: BufferEncoding | null; callback?: () => void }[];
    /** Whether to say nothing of the connection. */
    _removedConnection: boolean;
    /** Emits "drain" where one is due and all was written. */
    _flush(): void;
  }
}

declare module "node:net" {
  interface Address {
    address?: string;
    family?: string;
    port?: number;
  }
  interface Socket {
    /** Both empty until somebody asks. */
    _peername: Address;
    _sockname: Address;
    _getsockname(): Address;
    /** The response that has the socket: undefined before the first one, null between two. */
    _httpMessage?: ServerResponse | null;
    /** Only of TLS, and then true. */
    encrypted?: boolean;
    readableFlowing: boolean | null;
  }
}
