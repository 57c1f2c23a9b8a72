import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { plain } from "../connection.ts";
import { openDemo } from "../demo/open.ts";
import { lastAddress } from "../settings.ts";
import { opendSource } from "../source.ts";
import { store } from "../store.ts";
import { Modal } from "./modal.tsx";

export function ConnectDialog({ isOpen }: { readonly isOpen: Signal<boolean> }) {
  return (
    <Modal isOpen={isOpen.value} title="Connect to OpenD" onClose={() => (isOpen.value = false)}>
      <ConnectForm onDone={() => (isOpen.value = false)} />
    </Modal>
  );
}

function ConnectForm({ onDone }: { readonly onDone: () => void }) {
  const error = useSignal<string | undefined>(undefined);
  const isBusy = useSignal(false);
  // Who closes the form does not want to be connected any more.
  const [leaving] = useState(() => new AbortController());
  useEffect(() => () => leaving.abort(), [leaving]);
  const connect = async (form: FormData) => {
    const address = String(form.get("address")).trim();
    const key = String(form.get("key"));
    lastAddress.value = address;
    error.value = undefined;
    isBusy.value = true;
    try {
      await store.open(opendSource(address, key === "" ? undefined : key), leaving.signal);
      onDone();
    } catch (reason) {
      error.value = plain(reason);
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form
      class="connect-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy.peek()) void connect(new FormData(event.currentTarget));
      }}
    >
      <label>
        Address of its WebSocket
        <input name="address" required spellcheck={false} autocomplete="off" defaultValue={lastAddress.peek()} />
      </label>
      <label>
        Key
        <input name="key" type="password" autocomplete="off" aria-describedby="key-hint" />
      </label>
      <p id="key-hint" class="hint">
        The key is OpenD’s <code>websocket_key</code>. It stays in the memory of this page and is gone when you close
        it.
      </p>
      <p class="problem" role="alert">
        {error.value}
      </p>
      <p class="actions">
        {store.source.value?.gateway === undefined && (
          <button
            type="button"
            onClick={() => {
              openDemo();
              onDone();
            }}
          >
            Back to the demo
          </button>
        )}
        <button type="submit" class="primary" aria-disabled={isBusy.value}>
          {isBusy.value ? "Connecting…" : "Connect"}
        </button>
      </p>
    </form>
  );
}
