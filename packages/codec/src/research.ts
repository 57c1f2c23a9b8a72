export * from "./gen/research.ts";
