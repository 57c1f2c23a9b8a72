export * from "./gen/quote.ts";
