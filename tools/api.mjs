// Writes packages/*/api.txt: all that a package exports, from its built declarations, without comments and in an order of
// its own, so that a change of the API is a change that a review sees. With --check it writes nothing, and fails where a
// report is not what it would write; the packages are to be built then.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { publishedPackages } from "./tooling/packages.ts";
import { turbo } from "./turbo.mjs";

const isCheck = process.argv.includes("--check");
const built = isCheck ? 0 : turbo(["build", "--output-logs=errors-only"]);
if (built !== 0) process.exit(built);

// The compiler of the workspace has no API to parse by.
const ts = createRequire(new URL("typescripts/package.json", import.meta.url))("typescript-6.0");
const byText = (a, b) => (a < b ? -1 : 1);
/** What a name in a declaration is called in the report, where that is another: the bundler renames one of two equal ones. */
const renamed = new Map();
const printer = ts.createPrinter(
  { removeComments: true },
  {
    substituteNode: (_, node) => (renamed.has(node) ? ts.factory.createIdentifier(renamed.get(node)) : node),
  },
);

/** What a declaration file declares, imports and exports; `from` is undefined for what it declares itself. */
function readModule(path) {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const module = { file, path, declared: new Map(), imported: new Map(), exported: new Map(), stars: [] };
  const targetOf = ({ moduleSpecifier }) => moduleSpecifier?.text;
  const add = (name, statement) => module.declared.set(name, [...(module.declared.get(name) ?? []), statement]);
  for (const statement of file.statements)
    if (ts.isImportDeclaration(statement)) {
      const { namedBindings, name } = statement.importClause ?? {};
      if (name) module.imported.set(name.text, { from: targetOf(statement), name: "default" });
      if (namedBindings && ts.isNamespaceImport(namedBindings))
        module.imported.set(namedBindings.name.text, { from: targetOf(statement), name: "*" });
      for (const each of namedBindings?.elements ?? [])
        module.imported.set(each.name.text, { from: targetOf(statement), name: (each.propertyName ?? each.name).text });
    } else if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause === undefined) module.stars.push(targetOf(statement));
      for (const each of statement.exportClause?.elements ?? [])
        module.exported.set(each.name.text, {
          from: targetOf(statement),
          name: (each.propertyName ?? each.name).text,
        });
    } else if (ts.isVariableStatement(statement))
      for (const each of statement.declarationList.declarations) add(each.name.getText(file), statement);
    else if (statement.name) add(statement.name.text, statement);
    else throw new Error(`${path}: an unknown kind of statement: ${statement.getText(file)}`);
  return module;
}

function reportOf({ folder, manifest }) {
  const modules = new Map();
  const moduleAt = (path) => {
    if (!modules.has(path)) modules.set(path, readModule(path));
    return modules.get(path);
  };
  const next = (module, from) => moduleAt(resolve(dirname(module.path), from.replace(/\.js$/, ".d.ts")));

  /** Where a module's local name is declared: in this package, or text that says where else. */
  const localOf = (module, name) => {
    if (module.declared.has(name)) return { module, name };
    const { from, name: original } = module.imported.get(name) ?? {};
    if (from === undefined) return undefined;
    return from.startsWith(".") ? exportOf(next(module, from), original) : `${from}: ${original}`;
  };
  const exportOf = (module, name) => {
    const entry = module.exported.get(name);
    if (entry === undefined) throw new Error(`${module.path} does not export ${name}`);
    if (entry.from === undefined) return localOf(module, entry.name);
    return entry.from.startsWith(".") ? exportOf(next(module, entry.from), entry.name) : `${entry.from}: ${entry.name}`;
  };

  const entries = Object.entries(manifest.exports)
    .filter(([, target]) => target.endsWith(".js"))
    .map(([entry, target]) => ({
      specifier: manifest.name + entry.slice(1),
      module: moduleAt(join(folder, target.replace(/\.js$/, ".d.ts"))),
    }));
  const keyOf = ({ module, name }) => `${module.path}#${name}`;
  const publicNames = new Map();
  for (const { module } of entries)
    for (const name of module.exported.keys()) {
      const target = exportOf(module, name);
      if (typeof target === "object" && !publicNames.has(keyOf(target))) publicNames.set(keyOf(target), name);
    }
  const nameOf = (target) =>
    typeof target === "string"
      ? target.replace(/^.*: /, "")
      : (publicNames.get(keyOf(target)) ?? target.name.replace(/\$\d+$/, ""));

  const waiting = [];
  /** Finds the names in a declaration: what to call each, and the types that the declaration is made of. */
  const note = (module, statement) => {
    const visit = (node) => {
      const isType = ts.isTypeReferenceNode(node) || ts.isTypeQueryNode(node) || ts.isExpressionWithTypeArguments(node);
      const name = isType ? (node.typeName ?? node.exprName ?? node.expression) : node.name;
      const isDeclared = isType || ts.isVariableDeclaration(node) || node === statement;
      const target = isDeclared && name && ts.isIdentifier(name) ? localOf(module, name.text) : undefined;
      if (target !== undefined && nameOf(target) !== name.text) renamed.set(name, nameOf(target));
      if (typeof target === "object") waiting.push(target);
      ts.forEachChild(node, visit);
    };
    visit(statement);
  };
  const print = ({ module, name }) => {
    const texts = module.declared.get(name).map((statement) => {
      note(module, statement);
      return printer
        .printNode(ts.EmitHint.Unspecified, statement, module.file)
        .replace(/^(?:export )?(?:declare )?/, "")
        .replaceAll(/^ +#private;\n/gm, "")
        .replaceAll(/^(?: {4})+/gm, (indent) => indent.slice(indent.length / 2));
    });
    return texts.join("\n");
  };

  const lines = [`The API of ${manifest.name}. Written by npm run api.`];
  const printed = new Map();
  for (const { specifier, module } of entries) {
    lines.push("", `## ${specifier}`, "");
    for (const star of module.stars) lines.push(`all of ${star}`);
    for (const name of [...module.exported.keys()].sort(byText)) {
      const target = exportOf(module, name);
      if (typeof target === "string") lines.push(`${name}, of ${target}`);
      else if (printed.has(keyOf(target))) lines.push(`${name}, as ${nameOf(target)} in ${printed.get(keyOf(target))}`);
      else {
        printed.set(keyOf(target), specifier);
        lines.push(print(target));
      }
    }
  }
  const others = [];
  for (const target of waiting) {
    if (printed.has(keyOf(target))) continue;
    printed.set(keyOf(target), "");
    others.push(print(target));
  }
  if (others.length > 0) lines.push("", "## Not exported, but what is exported is made of it", "");
  return `${[...lines, ...others.sort(byText)].join("\n")}\n`;
}

for (const each of publishedPackages()) {
  const path = join(each.folder, "api.txt");
  const report = reportOf(each);
  const found = existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : "";
  if (found === report) continue;
  if (!isCheck) writeFileSync(path, report);
  else {
    const folder = mkdtempSync(join(tmpdir(), "tickwire-api-"));
    writeFileSync(join(folder, "api.txt"), report);
    spawnSync("git", ["--no-pager", "diff", "--no-index", "--", path, join(folder, "api.txt")], { stdio: "inherit" });
    rmSync(folder, { recursive: true });
    console.error(`${each.manifest.name}: the API is another than in api.txt. If that is meant, run npm run api.`);
    process.exitCode = 1;
  }
}
