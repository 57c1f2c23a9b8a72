import { openDemo } from "../demo/open.ts";
import { duration, time } from "../format.ts";
import { store } from "../store.ts";
import { now } from "../time.ts";

/** Why there is no connection, what happens next and when, and how old the prices are. */
export function ConnectionBanner({ onConnect }: { readonly onConnect: () => void }) {
  const connection = store.connection.value;
  if (connection.state === "reconnecting") {
    const leftMs = connection.retryAt - now.value;
    return (
      <section class="banner" aria-label="Connection">
        <p>
          <strong>Connection lost.</strong>{" "}
          {leftMs > 0 ? `Trying again in ${duration(leftMs + 500)}` : "Trying again now"}, attempt {connection.attempt}.
        </p>
        <p class="more">Prices are as of {time(connection.lostAt)} and may have changed since.</p>
        <details class="more">
          <summary>Why</summary>
          {connection.why}
        </details>
      </section>
    );
  }
  if (connection.state === "closed")
    return (
      <section class="banner" aria-label="Connection">
        <p>
          <strong>Not connected.</strong> {connection.why}
        </p>
        <p class="actions">
          <button type="button" onClick={onConnect}>
            Connect to OpenD
          </button>
          <button type="button" onClick={openDemo}>
            Show the demo
          </button>
        </p>
      </section>
    );
  return null;
}
