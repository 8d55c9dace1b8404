/** What njs itself costs. */
function hello(r) {
  r.headersOut["Content-Type"] = "text/plain";
  r.return(200, "Hello world!\n");
}

export default { hello };
