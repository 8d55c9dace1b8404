/** Who an Authorization header says its client is. */
export function identityOf(authorization = ""): { user: string } | { token: string } | undefined {
  const [scheme, credentials = ""] = authorization.split(" ");
  if (scheme === "Bearer") return { token: credentials };
  if (scheme === "Basic") return { user: Buffer.from(credentials, "base64").toString().split(":")[0]! };
  return undefined;
}
