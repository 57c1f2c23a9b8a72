import { store } from "../store.ts";

/** What a screen reader hears: what was done, and each change of the connection once, without quotes and countdown. */
export function Announcer() {
  return (
    <div class="hidden">
      <p role="status">{connectionSentence()}</p>
      <p role="status">{store.notice.value?.text}</p>
    </div>
  );
}

function connectionSentence(): string {
  const connection = store.connection.value;
  switch (connection.state) {
    case "connecting":
      return "Connecting.";
    case "live":
      return connection.quietSince === undefined
        ? "Connected, quotes are live."
        : "Connected, but no quotes are coming.";
    case "reconnecting":
      return "Connection lost. Prices are no longer current. Trying to connect again.";
    case "closed":
      return "Not connected.";
  }
}
