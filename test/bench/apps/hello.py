"""Plain WSGI, no framework."""

MEGABYTE = b"x" * (1 << 20)


def application(environ, start_response):
    path = environ["PATH_INFO"]
    kind = "text/plain"
    if path == "/download":
        body = MEGABYTE
        kind = "application/octet-stream"
    elif path == "/upload":
        body = b"%d\n" % len(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    else:
        body = b"Hello world!\n"
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]
