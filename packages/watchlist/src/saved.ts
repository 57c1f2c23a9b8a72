import { TickwireError } from "@tickwire/codec";
import { badFile, type CsvRow, readCsv, writeCsv } from "./csv.ts";
import { parseWatchlistSymbol } from "./symbol.ts";
import type { CallOptions, Watchlist } from "./types.ts";

/** A group as it is saved: plain data. */
export interface SavedGroup {
  /** Tells groups of one name apart. */
  readonly id: string;
  readonly name: string;
  readonly items: readonly SavedItem[];
}

/** A security as it is saved. */
export interface SavedItem {
  readonly symbol: string;
  readonly name?: string | undefined;
}

/**
 * Reads groups to save them. To bring one back, or to another broker, give its symbols to `sync`.
 * @param groups Ids or names. Default: all that can be changed.
 */
export async function exportGroups(
  watchlist: Watchlist,
  groups?: readonly string[],
  options?: CallOptions,
): Promise<SavedGroup[]> {
  const all =
    groups === undefined
      ? (await watchlist.groups(options)).filter(({ isReadOnly, isShadowed }) => !isReadOnly && !isShadowed)
      : await Promise.all(groups.map((group) => watchlist.find(group, options)));
  const saved: SavedGroup[] = [];
  for (const { id, name } of all) {
    const items = await watchlist.items(id, options);
    saved.push({
      id,
      name,
      items: items.map((item) =>
        item.name === undefined ? { symbol: item.symbol } : { symbol: item.symbol, name: item.name },
      ),
    });
  }
  return saved;
}

const FORMAT = "tickwire.watchlist";
const VERSION = 1;

/** Groups as JSON. */
export function groupsToJson(groups: readonly SavedGroup[]): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, groups }, null, 2)}\n`;
}

/**
 * Groups from what {@link groupsToJson} wrote. Symbols may be written in any way that people do.
 * @throws {WatchlistError} `WATCHLIST_BAD_FILE`
 */
export function groupsFromJson(text: string): SavedGroup[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw badFile("the text", `it is not JSON: ${(error as Error).message}`);
  }
  const { format, version, groups } = fieldsOf(json);
  if (format !== FORMAT) throw badFile("format", `expected ${JSON.stringify(FORMAT)}`);
  if (version !== VERSION) throw badFile("version", `expected ${VERSION}; a newer Tickwire may have written it`);
  return listOf("groups", groups).map((group, index) => {
    const path = `groups[${index}]`;
    const { id, name, items } = fieldsOf(group);
    return {
      id: textOf(`${path}.id`, id),
      name: textOf(`${path}.name`, name),
      items: listOf(`${path}.items`, items).map((item, n) => {
        const fields = fieldsOf(item);
        const at = `${path}.items[${n}]`;
        const symbol = readSymbol(`${at}.symbol`, textOf(`${at}.symbol`, fields["symbol"]));
        return fields["name"] === undefined ? { symbol } : { symbol, name: textOf(`${at}.name`, fields["name"]) };
      }),
    };
  });
}

const COLUMNS = ["group_id", "group", "symbol", "name"] as const;

/**
 * Groups as CSV by RFC 4180, one row for each security; a group without any has a row without a symbol. A text that a
 * spreadsheet would run as a formula gets an apostrophe in front, which {@link groupsFromCsv} takes away again.
 */
export function groupsToCsv(groups: readonly SavedGroup[]): string {
  const rows = groups.flatMap(({ id, name: group, items }) =>
    items.length === 0 ? [[id, group, "", ""]] : items.map(({ symbol, name = "" }) => [id, group, symbol, name]),
  );
  return writeCsv([COLUMNS, ...rows]);
}

/**
 * Groups from CSV. The first row names the columns, in any order: `symbol` and `group` have to be there; without `group_id`
 * the name tells the groups apart; others are ignored. Symbols may be written in any way that people do.
 * @throws {WatchlistError} `WATCHLIST_BAD_FILE`
 */
export function groupsFromCsv(text: string): SavedGroup[] {
  const [header, ...rows] = readCsv(text);
  const columns = (header?.cells ?? []).map((cell) => cell.trim().toLowerCase());
  for (const column of ["group", "symbol"])
    if (!columns.includes(column)) throw badFile("line 1", `there is no column ${JSON.stringify(column)}`);
  const cellOf = ({ cells }: CsvRow, column: (typeof COLUMNS)[number]) => cells[columns.indexOf(column)];
  const groups = new Map<string, SavedGroup & { readonly items: SavedItem[] }>();
  for (const row of rows) {
    const group = cellOf(row, "group") ?? "";
    const id = cellOf(row, "group_id") ?? group;
    const saved = groups.get(id) ?? { id, name: group, items: [] };
    groups.set(id, saved);
    const written = cellOf(row, "symbol") ?? "";
    const name = cellOf(row, "name") ?? "";
    if (written === "") continue;
    const symbol = readSymbol(`line ${row.line}`, written);
    saved.items.push(name === "" ? { symbol } : { symbol, name });
  }
  return [...groups.values()];
}

function readSymbol(where: string, text: string): string {
  try {
    return parseWatchlistSymbol(text);
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    throw badFile(where, error.message.replace(/^\[\w+\] /, ""));
  }
}

const fieldsOf = (json: unknown): Readonly<Record<string, unknown>> =>
  typeof json === "object" && json !== null ? (json as Record<string, unknown>) : {};

function listOf(path: string, json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw badFile(path, "expected a list");
  return json;
}

function textOf(path: string, json: unknown): string {
  if (typeof json !== "string") throw badFile(path, "expected a text");
  return json;
}
