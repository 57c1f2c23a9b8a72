import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { arrange, nextSort, type Sort, type SortKey } from "../sorting.ts";
import type { Named } from "../source.ts";
import { store } from "../store.ts";
import { now } from "../time.ts";
import { DetailsDialog } from "./details-dialog.tsx";
import { EraseDialog } from "./erase-dialog.tsx";
import { MoveMenu, type Moving } from "./move-menu.tsx";
import { QuoteRow } from "./quote-row.tsx";

const columns: readonly { readonly key?: SortKey; readonly title: string; readonly class: string }[] = [
  { key: "symbol", title: "Symbol", class: "symbol" },
  { key: "name", title: "Name", class: "name" },
  { title: "Today", class: "trend" },
  { key: "last", title: "Last", class: "number last" },
  { key: "change", title: "Change", class: "number change" },
  { key: "percent", title: "Change %", class: "number percent" },
  { title: "Day’s range", class: "day" },
  { key: "volume", title: "Volume", class: "number volume" },
];

export function QuotesTable({ filter }: { readonly filter: Signal<string> }) {
  const sort = useSignal<Sort | undefined>(undefined);
  const details = useSignal<string | undefined>(undefined);
  const erasing = useSignal<string | undefined>(undefined);
  const moving = useSignal<Moving | undefined>(undefined);
  const table = useRef<HTMLTableElement>(null);
  const beat = useSignal(0);
  // Rows that are sorted by what moves change places once a second, and never under somebody's hand.
  useSignalEffect(() => {
    if (now.value && sort.peek() !== undefined && !table.current?.matches(":hover, :focus-within")) beat.value += 1;
  });
  beat.value;

  const group = store.group.value;
  const items = store.items.value;
  if (items === undefined) return <p class="empty">{group && "Reading the group…"}</p>;
  const rows = arrange(items, filter.value, sort.value, store.book);
  return (
    <>
      <table ref={table} data-old={store.connection.value.state !== "live"}>
        <caption class="hidden">{captionOf(group?.name ?? "", rows, sort.value)}</caption>
        <thead>
          <tr>
            {columns.map(({ key, title, class: name }) => (
              <th key={title} scope="col" class={name} aria-sort={key && ariaSort(sort.value, key)}>
                {key === undefined ? (
                  title
                ) : (
                  <button type="button" onClick={() => (sort.value = nextSort(sort.value, key))}>
                    {title}
                    <span class="arrow" aria-hidden="true">
                      {sort.value?.key === key ? (sort.value.isDescending ? "↓" : "↑") : ""}
                    </span>
                  </button>
                )}
              </th>
            ))}
            <th scope="col" class="do">
              <span class="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <Rows rows={rows} details={details} moving={moving} />
      </table>
      {rows.length === 0 && (
        <p class="empty">
          {items.length > 0 ? `Nothing here matches “${filter.value}”.` : "This group is empty. Add a security above."}
        </p>
      )}
      <p class="keys">
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> between rows
        </span>
        <span>
          <kbd>Enter</kbd> details
        </span>
        <span>
          <kbd>M</kbd> move
        </span>
        <span>
          <kbd>Delete</kbd> remove
        </span>
        <span>
          <kbd>Ctrl Z</kbd> undo
        </span>
      </p>
      <MoveMenu moving={moving} erasing={erasing} />
      <DetailsDialog symbol={details} erasing={erasing} />
      <EraseDialog symbol={erasing} />
    </>
  );
}

interface RowsProps {
  readonly rows: readonly Named[];
  readonly details: Signal<string | undefined>;
  readonly moving: Signal<Moving | undefined>;
}

/** The focus stays in the table when the row that had it is gone: it goes to the one that took its place. */
function Rows({ rows, details, moving }: RowsProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const focused = useRef<{ readonly symbol: string; readonly index: number } | undefined>(undefined);
  useLayoutEffect(() => {
    const lost = focused.current;
    if (lost === undefined || rows.some(({ symbol }) => symbol === lost.symbol)) return;
    focused.current = undefined;
    if (document.activeElement !== document.body) return;
    const buttons = body.current?.querySelectorAll<HTMLElement>(".pick") ?? [];
    const next = buttons[Math.min(lost.index, buttons.length - 1)] ?? document.querySelector<HTMLElement>(".add input");
    next?.focus();
  }, [rows]);
  return (
    <tbody ref={body}>
      {rows.map((item, index) => (
        <QuoteRow
          key={item.symbol}
          item={item}
          onFocus={() => {
            focused.current = { symbol: item.symbol, index };
          }}
          onDetails={() => {
            details.value = item.symbol;
          }}
          onMove={(anchor) => {
            moving.value = { symbol: item.symbol, anchor };
          }}
        />
      ))}
    </tbody>
  );
}

function ariaSort(sort: Sort | undefined, key: SortKey): "ascending" | "descending" | undefined {
  if (sort?.key !== key) return undefined;
  return sort.isDescending ? "descending" : "ascending";
}

function captionOf(group: string, rows: readonly Named[], sort: Sort | undefined): string {
  const order = sort && columns.find(({ key }) => key === sort.key)?.title;
  const count = rows.length === 1 ? "one security" : `${rows.length} securities`;
  return `${group}: ${count}${order ? `, sorted by ${order.toLowerCase()}` : ""}`;
}
