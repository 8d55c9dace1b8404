/** The peer most sites run: node:http behind proxy_pass, on the port named in the one argument. */
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 13 });
  response.end("Hello world!\n");
});
server.listen(Number(process.argv[2]), "127.0.0.1", () => console.log("ready"));
