export * from "./gen/events.ts";
