import { readdirSync, readFileSync } from "node:fs";

const packages = new URL("../../packages/", import.meta.url);

/** What the packages export, as it is built: the declarations that users see. */
const entries = readdirSync(packages).flatMap((folder) => {
  const { name, exports = {} } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, packages), "utf8"));
  return Object.entries(exports)
    .filter(([, file]) => file.endsWith(".js"))
    .map(([subpath, file]) => ({
      specifier: `${name}${subpath.slice(1)}`,
      declarations: `${folder}/${file.slice(2).replace(/\.js$/, ".d.ts")}`,
    }));
});

/** Where the declarations are, seen from this folder. */
export const entryPoints = entries.map(({ declarations }) => `../../packages/${declarations}`);

/** What a module is imported from, by the name that typedoc gives it: its file, without what needs no telling. */
export function specifierOf(name) {
  const entry = entries.find(({ declarations }) => declarations.replace(/(\/index)?\.d\.ts$/, "") === name);
  if (entry === undefined) throw new Error(`no package exports ${name}`);
  return entry.specifier;
}
