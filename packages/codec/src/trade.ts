export * from "./gen/trade.ts";
