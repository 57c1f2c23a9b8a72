import { entryPoints } from "./entries.mjs";

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "Tickwire API",
  entryPoints,
  tsconfig: "tsconfig.reference.json",
  plugin: ["./module-names.mjs"],
  out: "dist/reference",
  readme: "none",
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  hideGenerator: true,
  navigationLinks: { Documentation: "../" },
  treatWarningsAsErrors: true,
};
