import { dirname } from "node:path";
import { app, type Peer, PROXY } from "./peer.ts";

function uwsgi(id: string, name: string, file: string, ...packages: string[]): Peer {
  return {
    id,
    name,
    packages: ["uwsgi", "uwsgi-plugin-python3", ...packages],
    location: "include /etc/nginx/uwsgi_params; uwsgi_pass $UPSTREAM;",
    program: (socket) => ({
      command: "uwsgi",
      args: ["--plugin", "python3", "--socket", socket, "--listen", "1024", "--processes", "1"].concat(
        ["--disable-logging", "--buffer-size", "32768", "--chdir", dirname(app(file))],
        ["--wsgi-file", app(file)],
      ),
      signal: "SIGQUIT",
    }),
  };
}

export const uwsgiPython = uwsgi("uwsgi-python", "Python, uWSGI", "hello.py");
export const flask = uwsgi("flask", "Flask, uWSGI", "flask_app.py", "python3-flask");

/** Its sync worker keeps no connection. */
export const gunicorn: Peer = {
  id: "gunicorn",
  name: "Python, gunicorn",
  packages: ["gunicorn"],
  location: PROXY,
  program: (socket) => ({
    command: "gunicorn",
    args: ["--bind", `unix:${socket}`, "--workers", "1", "--chdir", dirname(app("hello.py")), "hello:application"],
  }),
};
