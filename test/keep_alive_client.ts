import { connect, type Socket } from "node:net";

/** A client that sends one request after the other over a connection it keeps. */
export interface KeepAliveClient {
  /**
   * @returns the status, and the body as text
   * @throws Error where the connection ends without an answer and HTTP does not let the request be sent again
   */
  send(method: string, path: string): Promise<{ status: number; text: string }>;
  close(): void;
}

/**
 * @param socketPath the server's unix socket
 * @param onResent called where a connection that had been used before ended with no byte of an answer: RFC 9112 9.3.1
 *   lets an idempotent request be sent again then, on another connection, once
 */
export function keepAliveClient(socketPath: string, onResent: () => void): KeepAliveClient {
  let kept: Socket | undefined;

  async function send(method: string, path: string): Promise<{ status: number; text: string }> {
    const isReused = kept !== undefined;
    kept ??= await open(socketPath);
    const received = await exchange(kept, `${method} ${path} HTTP/1.1\r\nHost: site.test\r\nContent-Length: 0\r\n\r\n`);
    const { head, text } = split(received);
    const isWhole = text.length === contentLength(head);
    if (!isWhole || kept.destroyed || /^connection: close\r?$/im.test(head)) close();
    if (isWhole) return { status: Number(head.slice(9, 12)), text };
    const mayRepeat = received === "" && isReused && method === "GET";
    if (!mayRepeat) throw new Error(`the answer to ${method} ${path} is ${JSON.stringify(received)}`);
    onResent();
    return send(method, path);
  }

  function close(): void {
    kept?.destroy();
    kept = undefined;
  }

  return { send, close };
}

function open(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket.off("error", reject).on("error", () => {})));
    socket.once("error", reject);
  });
}

/** All that comes until the answer is whole, or the connection ends. */
function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve) => {
    let received = "";
    function read(chunk: Buffer): void {
      received += chunk.toString("latin1");
      const { head, text } = split(received);
      if (text.length >= contentLength(head)) settle();
    }
    function settle(): void {
      socket.off("data", read).off("close", settle);
      resolve(received);
    }
    if (socket.destroyed) return settle();
    socket.on("data", read).on("close", settle).write(request);
  });
}

function split(received: string): { head: string; text: string } {
  const end = received.indexOf("\r\n\r\n");
  return end < 0 ? { head: "", text: "" } : { head: received.slice(0, end), text: received.slice(end + 4) };
}

/** NaN, which no length equals, where it is not there. */
function contentLength(head: string): number {
  return Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? NaN);
}
