import type { Signal } from "@preact/signals";
import { enumName, SecurityType } from "@tickwire/web-client";
import { changeOf } from "../book.ts";
import { amount, change, changePercent, digitsOf, integer, price, time } from "../format.ts";
import { store } from "../store.ts";
import { Modal } from "./modal.tsx";
import { targetsFrom } from "./move-menu.tsx";
import { Sparkline } from "./sparkline.tsx";

const kinds = new Map<number, string>([
  [SecurityType.Eqty, "Share"],
  [SecurityType.Index, "Index"],
  [SecurityType.Trust, "Fund"],
  [SecurityType.Warrant, "Warrant"],
  [SecurityType.Drvt, "Option"],
  [SecurityType.Future, "Future"],
]);

interface Props {
  /** What may be asked to be deleted from every group. */
  readonly erasing: Signal<string | undefined>;
}

/** All that is known of a security, and what can be done with it: on a phone the row has no room for that. */
export function DetailsDialog({ symbol, erasing }: Props & { readonly symbol: Signal<string | undefined> }) {
  const close = () => {
    symbol.value = undefined;
  };
  const shown = symbol.value;
  return (
    <Modal isOpen={shown !== undefined} title={shown ? store.securities.nameOf(shown) : ""} onClose={close}>
      {shown !== undefined && (
        <>
          <Quote symbol={shown} />
          <Facts symbol={shown} />
          <Actions symbol={shown} erasing={erasing} onDone={close} />
        </>
      )}
    </Modal>
  );
}

function Quote({ symbol }: { readonly symbol: string }) {
  const tick = store.book.of(symbol).value;
  if (tick === undefined) return null;
  const { quote } = tick;
  const digits = digitsOf(quote.priceSpread);
  const { value, ratio } = changeOf(quote);
  const trend = value > 0 ? "up" : value < 0 ? "down" : "even";
  return (
    <div class={`headline ${trend}`}>
      <p>
        <span class="price">{price(quote.curPrice, digits)}</span>{" "}
        <span class="by">
          {change(value, digits)} ({changePercent(ratio)})
        </span>
      </p>
      <Sparkline symbol={symbol} />
    </div>
  );
}

function Facts({ symbol }: { readonly symbol: string }) {
  const tick = store.book.of(symbol).value;
  const row = store.securities.row(symbol);
  const quote = tick?.quote;
  const money = (value: number | undefined) =>
    value === undefined || quote === undefined ? "–" : price(value, digitsOf(quote.priceSpread));
  const facts: readonly (readonly [string, string])[] = [
    ["Symbol", symbol],
    ["Kind", row ? (kinds.get(row.stockType) ?? enumName(SecurityType, row.stockType)) : "–"],
    ["Open", money(quote?.openPrice)],
    ["Previous close", money(quote?.lastClosePrice)],
    ["High", money(quote?.highPrice)],
    ["Low", money(quote?.lowPrice)],
    ["Volume", quote ? integer(quote.volume) : "–"],
    ["Turnover", quote ? amount(quote.turnover) : "–"],
    ["Lot size", row && row.lotSize > 0 ? integer(row.lotSize) : "–"],
    ["As of", tick ? time(tick.receivedUnixMs) : "–"],
    // A bigint, so that all of its digits are right.
    ["Broker’s id", row ? String(row.stockId) : "–"],
  ];
  return (
    <dl class="facts">
      {facts.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ActionsProps extends Props {
  readonly symbol: string;
  readonly onDone: () => void;
}

function Actions({ symbol, erasing, onDone }: ActionsProps) {
  const from = store.group.value;
  const targets = targetsFrom(from);
  const verb = from?.isReadOnly ? "Add" : "Move";
  return (
    <form
      class="do-with"
      onSubmit={(event) => {
        event.preventDefault();
        const id = new FormData(event.currentTarget).get("to");
        const to = targets.find((group) => group.id === id);
        onDone();
        if (to !== undefined) void store.attempt(store.put(symbol, to));
      }}
    >
      <label class="field">
        {verb} to
        <select name="to">
          {targets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{verb}</button>
      {from?.isReadOnly === false && (
        <>
          <button
            type="button"
            onClick={() => {
              onDone();
              void store.attempt(store.remove(symbol));
            }}
          >
            Remove from {from.name}
          </button>
          <button
            type="button"
            class="danger"
            onClick={() => {
              onDone();
              erasing.value = symbol;
            }}
          >
            Delete…
          </button>
        </>
      )}
    </form>
  );
}
