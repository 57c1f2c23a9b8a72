import type { Signal } from "@preact/signals";
import { store } from "../store.ts";
import { Modal } from "./modal.tsx";

/** Asks before a security goes out of every group, because that cannot be undone. */
export function EraseDialog({ symbol }: { readonly symbol: Signal<string | undefined> }) {
  const close = () => {
    symbol.value = undefined;
  };
  const name = symbol.value && store.securities.nameOf(symbol.value);
  return (
    <Modal isOpen={symbol.value !== undefined} title={`Delete ${name}?`} role="alertdialog" onClose={close}>
      <p>It goes out of every group, those of the broker too. This cannot be undone.</p>
      <p class="actions">
        <button type="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class="danger"
          onClick={() => {
            const erased = symbol.peek();
            close();
            if (erased !== undefined) void store.attempt(store.erase(erased));
          }}
        >
          Delete from every group
        </button>
      </p>
    </Modal>
  );
}
