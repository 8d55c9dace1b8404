/**
 * A request target's path as nginx makes `$uri` of it: percent-decoded, slashes merged, dots resolved; one character a
 * byte.
 * @returns undefined where nginx answers 400: a NUL, a `%` that encodes nothing, a way above the root
 */
export function decodePath(target: string): string | undefined {
  const path = /^(?:[a-z][a-z0-9+.-]*:\/\/(?![:/])[^/?#@]+(?=[/?]|$)|(?=\/))([^?#]*)/i.exec(target)?.[1];
  if (path === undefined || /%(?![0-9a-f]{2})|%00/i.test(path)) return undefined;
  const decoded = path.replace(/%[0-9a-f]{2}/gi, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
  const segments: string[] = [];
  for (const segment of decoded.split("/")) {
    if (segment === "..") {
      if (segments.length === 0) return undefined;
      segments.pop();
    } else if (segment !== "" && segment !== ".") {
      segments.push(segment);
    }
  }
  const isFolder = /\/\.{0,2}$/.test(decoded) && segments.length > 0;
  return "/" + segments.join("/") + (isFolder ? "/" : "");
}
