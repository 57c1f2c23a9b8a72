import { changeOf } from "../book.ts";
import { dragSymbol, endDrag } from "../drag.ts";
import { amount, change, changePercent, digitsOf, languageOf, price } from "../format.ts";
import type { Named } from "../source.ts";
import { store } from "../store.ts";
import { DayRange } from "./day-range.tsx";
import { Icon } from "./icons.tsx";
import { Sparkline } from "./sparkline.tsx";

interface Props {
  readonly item: Named;
  readonly onFocus: () => void;
  readonly onDetails: () => void;
  readonly onMove: (anchor: HTMLElement) => void;
}

export function QuoteRow({ item, onFocus, onDetails, onMove }: Props) {
  const { symbol, name } = item;
  const isReadOnly = store.group.value?.isReadOnly ?? true;
  const remove = () => {
    if (!isReadOnly) void store.attempt(store.remove(symbol));
  };
  return (
    <tr draggable onDragStart={(event) => dragSymbol(event, symbol)} onDragEnd={endDrag} onFocusIn={onFocus}>
      <th scope="row" class="symbol">
        <button
          type="button"
          class="pick"
          aria-haspopup="dialog"
          onClick={onDetails}
          onKeyDown={(event) => onKey(event, { remove, onMove })}
        >
          <span class="title" lang={languageOf(name)}>
            {name}
          </span>
          <span class="code">{symbol}</span>
        </button>
      </th>
      <td class="name" lang={languageOf(name)}>
        {name}
      </td>
      <QuoteCells symbol={symbol} />
      <td class="do">
        <button
          type="button"
          class="quiet"
          aria-haspopup="menu"
          aria-label={`${isReadOnly ? "Add" : "Move"} ${name} to another group`}
          title={isReadOnly ? "Add to a group" : "Move to another group"}
          onClick={(event) => onMove(event.currentTarget)}
        >
          <Icon name="move" />
        </button>
        {!isReadOnly && (
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${name} from this group`}
            title="Remove"
            onClick={remove}
          >
            <Icon name="close" />
          </button>
        )}
      </td>
    </tr>
  );
}

function QuoteCells({ symbol }: { readonly symbol: string }) {
  const tick = store.book.of(symbol).value;
  const refusal = store.refused.value.get(symbol);
  if (refusal !== undefined)
    return (
      <td class="refused" colSpan={6}>
        No quotes: {refusal}
      </td>
    );
  if (tick === undefined)
    return (
      <td class="waiting" colSpan={6}>
        <span class="hidden">Waiting for its first quote</span>
      </td>
    );
  const { quote, move, count } = tick;
  const digits = digitsOf(quote.priceSpread);
  const { value, ratio } = changeOf(quote);
  const trend = value > 0 ? "up" : value < 0 ? "down" : "even";
  return (
    <>
      <td class={`trend ${trend}`}>
        <Sparkline symbol={symbol} />
      </td>
      <td class="number last">
        {/* A new element for each quote starts the flash anew. */}
        <span key={count} class="price" data-move={move}>
          {price(quote.curPrice, digits)}
        </span>
      </td>
      <td class={`number change ${trend}`}>{change(value, digits)}</td>
      <td class={`number percent ${trend}`}>
        <span class="pill">
          <span class="arrow" aria-hidden="true">
            {value > 0 ? "▲" : value < 0 ? "▼" : ""}
          </span>
          {changePercent(ratio)}
        </span>
      </td>
      <td class="day">
        <DayRange quote={quote} digits={digits} />
      </td>
      <td class="number volume">
        {quote.isSuspended ? "suspended" : quote.volume === 0n ? "–" : amount(quote.volume)}
      </td>
    </>
  );
}

interface Actions {
  readonly remove: () => void;
  readonly onMove: (anchor: HTMLElement) => void;
}

/** The keys of a row, while its symbol has the focus. */
function onKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }, { remove, onMove }: Actions): void {
  const { key, currentTarget } = event;
  const hasModifier = event.ctrlKey || event.metaKey;
  if (event.altKey || (hasModifier && key !== "z")) return;
  const to = neighbour(currentTarget.closest("tr"), key);
  if (to !== undefined) to?.querySelector<HTMLElement>(".pick")?.focus();
  else if (hasModifier) void store.undo();
  else if (key === "Delete") remove();
  else if (key === "m") onMove(currentTarget);
  else return;
  event.preventDefault();
}

/** The row that a key leads to; undefined for a key that leads nowhere. */
function neighbour(row: HTMLTableRowElement | null, key: string): Element | null | undefined {
  if (key === "ArrowUp") return row?.previousElementSibling;
  if (key === "ArrowDown") return row?.nextElementSibling;
  if (key === "Home") return row?.parentElement?.firstElementChild;
  if (key === "End") return row?.parentElement?.lastElementChild;
  return undefined;
}
