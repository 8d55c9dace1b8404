import { readFileSync } from "node:fs";

/** A rule of the contract, as the comment above its check says it. */
export interface Rule {
  id: string;
  sentence: string;
}

const LINT = new URL("../wsgi/lint/", import.meta.url);

/** The files of `njs/wsgi/lint` that have rules, by what these are about. */
export const SECTIONS: { [title: string]: string[] } = {
  "The environ": ["environ.ts"],
  "The input and the error log": ["input.ts"],
  start_response: ["response.ts"],
  "The body": ["body.ts", "answer.ts", "closing.ts"],
};

const HEAD = `# The contract

What a server and an application owe each other: [PEP 3333](https://peps.python.org/pep-3333/) in TypeScript, the same
inside nginx and in the pool. The types are in [njs/wsgi/types.ts](../njs/wsgi/types.ts).

\`\`\`ts
application(environ, start_response) -> body
start_response(status, headers, excInfo?) -> write
\`\`\`

\`lint(application)\` of \`njsgi\`, and \`serve --lint\`, check each of these rules and name the one that is broken. The rules
are the comments above those checks: \`npm run docs\` makes this file of them.
`;

/** The `//=` comments of a source: one that starts with an id starts a rule, the next lines go on with it. */
export function rulesOf(source: string): Rule[] {
  const rules: Rule[] = [];
  for (const [, id, text] of source.matchAll(/^ *\/\/= (?:([ESX][0-9]+[a-z]?) )?(.*)$/gm)) {
    if (id) rules.push({ id, sentence: text! });
    else rules.at(-1)!.sentence += ` ${text}`;
  }
  return rules;
}

/** docs/contract.md */
export function specification(): string {
  const sections = Object.entries(SECTIONS).map(([title, files]) => {
    const rules = files.flatMap((file) => rulesOf(readFileSync(new URL(file, LINT), "utf8")));
    const lines = rules.sort(byId).map(({ id, sentence }) => `- **${id}** ${sentence}\n`);
    return `\n## ${title}\n\n${lines.join("")}`;
  });
  return HEAD + sections.join("");
}

/** E2b after E2a, S11a after S9. */
function byId(a: Rule, b: Rule): number {
  return a.id.localeCompare(b.id, "en", { numeric: true });
}

if (import.meta.main) process.stdout.write(specification());
