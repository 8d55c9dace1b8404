import { newAnswer } from "./lint/answer.ts";
import { lintedBody } from "./lint/body.ts";
import { checkCall, checkEnviron } from "./lint/environ.ts";
import { lintedErrors, lintedInput } from "./lint/input.ts";
import { lintedStartResponse } from "./lint/response.ts";
import type { Application, Body, Environ, StartResponse } from "./types.ts";

/**
 * `application`, with both sides of each of its requests held to the contract, as Python's wsgiref.validate and
 * Rack::Lint do; what keeps to it passes unchanged.
 *
 * Above each check in `lint/` stands the rule it checks, in a comment that starts with `//=`: an id, a sentence. The
 * E and S numbers are those the tests of both servers go by, with a letter where one has several checks; X is the
 * linter's own. `npm run docs` makes docs/contract.md of them.
 *
 * @throws Error saying which side broke which rule, into the call that broke it. A body that is never closed shows only
 *   when it is over: that goes to `wsgi.errors`.
 */
export function lint(application: Application): Application {
  return function linted(environ: Environ, start_response: StartResponse): Body {
    checkCall(arguments);
    checkEnviron(environ);
    const answer = newAnswer(environ);
    environ["wsgi.input"] = lintedInput(environ["wsgi.input"], environ.CONTENT_LENGTH);
    environ["wsgi.errors"] = lintedErrors(environ["wsgi.errors"]);
    return lintedBody(application(environ, lintedStartResponse(start_response, answer)), answer);
  };
}
