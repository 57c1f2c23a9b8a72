import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { languageOf } from "../format.ts";
import { store } from "../store.ts";
import { Icon } from "./icons.tsx";

const SUGGESTIONS = 7;

/** Where a security is added to the group that is shown: by what is suggested, or by any symbol that one writes. */
export function AddBox({ isReadOnly }: { readonly isReadOnly: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const text = useSignal("");
  const isOpen = useSignal(false);
  const active = useSignal(-1);
  const matches = useComputed(() => {
    const wanted = text.value.trim().toLowerCase();
    if (wanted === "") return [];
    const inGroup = new Set(store.items.value?.map(({ symbol }) => symbol));
    return store.securities
      .all()
      .filter(({ symbol, name }) => !inGroup.has(symbol) && `${symbol} ${name}`.toLowerCase().includes(wanted))
      .slice(0, SUGGESTIONS);
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);

  const suggested = matches.value;
  const isShown = isOpen.value && suggested.length > 0;
  const write = (value: string) => {
    text.value = value;
    isOpen.value = true;
    active.value = -1;
  };
  const add = async (what: string) => {
    isOpen.value = false;
    if (what.trim() !== "" && (await store.attempt(store.add(what)))) write("");
  };
  const step = (by: number) => {
    isOpen.value = true;
    active.value =
      (active.value + by + suggested.length + (active.value < 0 && by < 0 ? 1 : 0)) % (suggested.length || 1);
  };
  return (
    <form
      class="add"
      onSubmit={(event) => {
        event.preventDefault();
        void add(suggested[active.value]?.symbol ?? text.value);
      }}
      onFocusOut={() => {
        isOpen.value = false;
      }}
    >
      <label class="field">
        <Icon name="add" />
        <span class="hidden">Add a security</span>
        <input
          ref={input}
          role="combobox"
          aria-expanded={isShown}
          aria-controls="suggestions"
          aria-autocomplete="list"
          aria-activedescendant={isShown && active.value >= 0 ? `suggestion-${active.value}` : undefined}
          aria-keyshortcuts="Control+K Meta+K"
          autocomplete="off"
          spellcheck={false}
          disabled={isReadOnly}
          placeholder={isReadOnly ? "Kept by the broker" : "Add a security"}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") step(1);
            else if (event.key === "ArrowUp") step(-1);
            else if (event.key === "Escape" && isShown) isOpen.value = false;
            else return;
            event.preventDefault();
          }}
        />
        {!isReadOnly && (
          <span class="key" aria-hidden="true">
            Ctrl K
          </span>
        )}
      </label>
      <div id="suggestions" class="suggestions" role="listbox" aria-label="Suggestions" hidden={!isShown}>
        {suggested.map(({ symbol, name }, index) => (
          <div
            key={symbol}
            id={`suggestion-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === active.value}
            // Before the field loses the focus, which would close the list.
            onMouseDown={(event) => {
              event.preventDefault();
              void add(symbol);
            }}
          >
            <span lang={languageOf(name)}>{name}</span>
            <span class="code">{symbol}</span>
          </div>
        ))}
      </div>
    </form>
  );
}
