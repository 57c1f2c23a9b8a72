export * from "./gen/options.ts";
