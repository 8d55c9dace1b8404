import { posix } from "node:path";
import ts from "typescript";

/** Text by path from the project's root. */
type Sources = ReadonlyMap<string, string>;

interface Import {
  specifier: string;
  /** The imported file's path from the root; undefined for a package. */
  file: string | undefined;
  /** Gone when the types are stripped. */
  isTypeOnly: boolean;
}

/** From the ground up, njs's side and the pool's. What lies in `backend` itself is the way in, above all of it. */
const NJS = ["njs/wsgi", "njs", "njs/build"];
const BACKEND = [
  "njs/wsgi",
  "backend/settings",
  "backend/wire",
  "backend/gateway",
  "backend/adapter",
  "backend/worker",
  "backend/master",
  "backend/control",
  "backend/cli",
  "backend",
];

/** Packages that run in every engine as they are, as the ground must. */
const GROUND_PACKAGES = ["cookie"];

const APPLICATION_LOADERS = ["load", "site", "application"].map((name) => `backend/worker/${name}.ts`);

/** Imports of a higher floor or of none, and all of the ground's that leave it. */
export function crossings(sources: Sources): string[] {
  return [...sources].flatMap(([name, code]) =>
    importsOf(name, code)
      .filter(({ file, specifier }) => !mayImport(name, file, specifier))
      .map(({ specifier }) => `${name} imports ${specifier}`),
  );
}

function mayImport(name: string, file: string | undefined, specifier: string): boolean {
  const from = floorOf(name);
  if (file === undefined) return from !== "njs/wsgi" || GROUND_PACKAGES.includes(specifier);
  const to = floorOf(file);
  if (from === undefined || to === undefined) return false;
  const floors = from.startsWith("njs") ? NJS : BACKEND;
  return floors.includes(to) && floors.indexOf(to) <= floors.indexOf(from);
}

/** A file's floor: its folder, or the one above that is a floor; `njs` and `backend` are their own files' alone. */
function floorOf(name: string): string | undefined {
  const folder = posix.dirname(name);
  return [...NJS, ...BACKEND].find(
    (floor) => folder === floor || (floor.includes("/") && folder.startsWith(`${floor}/`)),
  );
}

/** The files that load applications among those the master's run. */
export function loadsApplications(sources: Sources): string[] {
  const run = new Set([...sources.keys()].filter((name) => name.startsWith("backend/master/")));
  for (const name of run) {
    for (const { file, isTypeOnly } of importsOf(name, sources.get(name) ?? "")) {
      if (file !== undefined && !isTypeOnly) run.add(file);
    }
  }
  return APPLICATION_LOADERS.filter((name) => run.has(name));
}

/** Each way from a file back to itself, once. */
export function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  function visit(name: string, way: string[]): void {
    if (way.includes(name)) found.push([...way.slice(way.indexOf(name)), name].join(" -> "));
    if (way.includes(name) || done.has(name)) return;
    for (const { file } of importsOf(name, sources.get(name) ?? "")) if (file) visit(file, [...way, name]);
    done.add(name);
  }
  for (const name of sources.keys()) visit(name, []);
  return found;
}

function importsOf(name: string, code: string): Import[] {
  const imports: Import[] = [];
  function add(literal: ts.Node | undefined, isTypeOnly = false): void {
    if (!literal || !ts.isStringLiteralLike(literal)) return;
    const specifier = literal.text;
    const file = specifier.startsWith(".") ? posix.join(posix.dirname(name), specifier) : undefined;
    imports.push({ specifier, file, isTypeOnly });
  }
  function visit(node: ts.Node): void {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node.arguments[0]);
    ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(name, code, ts.ScriptTarget.ESNext));
  return imports;
}

function isTypeImport(clause: ts.ImportClause | undefined): boolean {
  return clause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
}

function isLoad(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === "require");
}
