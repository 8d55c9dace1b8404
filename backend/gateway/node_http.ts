// An import would evaluate node:http's lazy exports too, undici among them: 8 MB of each worker.
export const { createServer, IncomingMessage, OutgoingMessage, Server, ServerResponse, STATUS_CODES } =
  process.getBuiltinModule("node:http");
