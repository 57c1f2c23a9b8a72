import { specifierOf } from "./entries.mjs";

/** Names each module of the reference by what one imports it from; typedoc names them by their files. */
export function load(app) {
  app.converter.on("resolveBegin", ({ project }) => {
    for (const module of project.children ?? []) module.name = specifierOf(module.name);
  });
}
