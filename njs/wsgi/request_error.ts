/** What `readForm` and `readJson` reject with: the request is wrong, and the client's to put right. */
export interface RequestError extends Error {
  name: "RequestError";
  /** The status that says so, for `start_response`. */
  status: string;
}

/** Not a class: one that extends Error costs the njs engine a twentieth of every request. @param message has nothing of the request */
export function requestError(status: string, message: string): RequestError {
  const error = new Error(message) as RequestError;
  error.name = "RequestError";
  error.status = status;
  return error;
}

/** Whether the request is to blame for what was thrown. */
export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === "RequestError" && "status" in error;
}
