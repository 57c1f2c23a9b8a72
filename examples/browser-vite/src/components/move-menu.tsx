import { type Signal, useSignalEffect } from "@preact/signals";
import type { Group } from "@tickwire/watchlist";
import { useRef } from "preact/hooks";
import { languageOf } from "../format.ts";
import { store } from "../store.ts";

/** What is to be moved, and beside what the menu opens. */
export interface Moving {
  readonly symbol: string;
  readonly anchor: HTMLElement;
}

interface Props {
  readonly moving: Signal<Moving | undefined>;
  readonly erasing: Signal<string | undefined>;
}

/** The groups that a security can go to from one. */
export const targetsFrom = (from: Group | undefined): Group[] =>
  store.groups.value.filter(({ id, isReadOnly, isShadowed }) => !isReadOnly && !isShadowed && id !== from?.id);

/** Where a security can go, beside its row. */
export function MoveMenu({ moving, erasing }: Props) {
  const menu = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    if (moving.value === undefined || menu.current === null) return;
    menu.current.showPopover();
    place(menu.current, moving.value.anchor);
    menu.current.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  });
  const from = store.group.value;
  const targets = targetsFrom(from);
  const choose = (action: (symbol: string) => void) => {
    const symbol = moving.peek()?.symbol;
    menu.current?.hidePopover();
    if (symbol !== undefined) action(symbol);
  };
  return (
    <div
      ref={menu}
      class="menu"
      popover="auto"
      role="menu"
      tabIndex={-1}
      aria-label={from?.isReadOnly ? "Add to" : "Move to"}
      onKeyDown={onKey}
      onToggle={(event) => {
        if (event.newState === "closed") moving.value = undefined;
      }}
    >
      <p aria-hidden="true">{from?.isReadOnly ? "Add to" : "Move to"}</p>
      {targets.map((group) => (
        <button
          key={group.id}
          type="button"
          role="menuitem"
          lang={languageOf(group.name)}
          onClick={() => choose((symbol) => void store.attempt(store.put(symbol, group)))}
        >
          {group.name}
        </button>
      ))}
      {from?.isReadOnly === false && (
        <button
          type="button"
          role="menuitem"
          class="danger"
          onClick={() =>
            choose((symbol) => {
              erasing.value = symbol;
            })
          }
        >
          Delete from every group…
        </button>
      )}
    </div>
  );
}

/** Below the anchor's right edge, or above it where there is no room. */
function place(menu: HTMLElement, anchor: HTMLElement): void {
  const around = anchor.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(8, Math.min(around.right - width, innerWidth - width - 8));
  const below = around.bottom + 4;
  menu.style.left = `${left}px`;
  menu.style.top = `${below + height > innerHeight - 8 ? Math.max(8, around.top - height - 4) : below}px`;
}

function onKey(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=menuitem]")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % items.length,
    ArrowUp: (at - 1 + items.length) % items.length,
    Home: 0,
    End: items.length - 1,
  };
  const to = steps[event.key];
  if (event.key === "Tab") event.currentTarget.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[to]?.focus();
}
