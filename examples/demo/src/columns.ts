import type { WatchlistSecurity } from "@tickwire/longport";
import {
  enumName,
  type GroupData,
  GroupType,
  OptionType,
  SecurityType,
  WarrantType,
  type WatchlistRow,
} from "@tickwire/node-client";
import type { ItemResult, Plan, Quote, Step } from "@tickwire/watchlist";
import type { Column } from "./table.ts";

const text = (value: string | undefined): string => value ?? "-";
const yesNo = (value: boolean | undefined): string => (value === undefined ? "-" : value ? "yes" : "no");
const named = (type: Readonly<Record<string, number>>, value: number | undefined): string =>
  value === undefined ? "-" : enumName(type, value);

export const groupColumns: readonly Column<GroupData>[] = [
  { title: "group", text: (group) => group.groupName },
  { title: "type", text: (group) => enumName(GroupType, group.groupType).toLowerCase() },
];

/** All fifteen columns of the vendor's table. */
export const wideColumns: readonly Column<WatchlistRow>[] = [
  { title: "code", text: (row) => row.code },
  { title: "name", text: (row) => row.name },
  { title: "lotSize", text: (row) => String(row.lotSize), align: "right" },
  { title: "stockType", text: (row) => named(SecurityType, row.stockType) },
  { title: "stockChildType", text: (row) => named(WarrantType, row.stockChildType) },
  { title: "stockOwner", text: (row) => text(row.stockOwner) },
  { title: "optionType", text: (row) => named(OptionType, row.optionType) },
  { title: "strikeTime", text: (row) => text(row.strikeTime) },
  { title: "strikePrice", text: (row) => text(row.strikePrice?.toString()), align: "right" },
  { title: "suspension", text: (row) => yesNo(row.suspension) },
  { title: "listingDate", text: (row) => text(row.listingDate) },
  { title: "stockId", text: (row) => String(row.stockId), align: "right" },
  { title: "delisting", text: (row) => yesNo(row.delisting) },
  { title: "mainContract", text: (row) => yesNo(row.mainContract) },
  { title: "lastTradeTime", text: (row) => text(row.lastTradeTime) },
];

const short = new Set(["code", "name", "lotSize", "stockType", "listingDate", "stockId"]);

/** Those that fit into a narrow terminal. */
export const shortColumns: readonly Column<WatchlistRow>[] = wideColumns.filter((column) => short.has(column.title));

export const longPortColumns: readonly Column<WatchlistSecurity>[] = [
  { title: "symbol", text: (security) => security.symbol },
  { title: "name", text: (security) => security.name },
  { title: "market", text: (security) => security.market },
  { title: "watchedPrice", text: (security) => text(security.watchedPrice), align: "right" },
  { title: "watchedAt", text: (security) => text(security.watchedAt?.toISOString()) },
];

export const stepColumns: readonly Column<Step>[] = [
  { title: "step", text: (step) => step.kind },
  { title: "securities", text: (step) => step.symbols.join(" ") },
];

export const unsupportedColumns: readonly Column<Plan["unsupported"][number]>[] = [
  { title: "left out", text: (item) => item.symbol },
  { title: "because", text: (item) => item.why },
];

export const itemColumns: readonly Column<ItemResult>[] = [
  { title: "symbol", text: (item) => item.symbol },
  { title: "action", text: (item) => item.action },
  { title: "result", text: (item) => item.result },
  { title: "error", text: (item) => text(item.error?.message) },
];

/** The newest quote of a security, who pushed it, and how many there were. */
export const liveColumns: readonly Column<Quote & { readonly from: string; readonly count: number }>[] = [
  { title: "symbol", text: (quote) => quote.symbol },
  { title: "from", text: (quote) => quote.from },
  { title: "price", text: (quote) => quote.price, align: "right" },
  { title: "at", text: (quote) => (quote.atUnixMs === undefined ? "-" : new Date(quote.atUnixMs).toISOString()) },
  { title: "quotes", text: (quote) => String(quote.count), align: "right" },
];
