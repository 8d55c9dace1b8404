/** The peer most sites run: node:http behind proxy_pass, on the socket named in the one argument. */
import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": 13 });
  response.end("Hello world!\n");
});
process.umask(0);
server.listen(process.argv[2], () => console.log("ready"));
