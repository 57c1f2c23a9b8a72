import { duration } from "../format.ts";
import { rising, type Theme, theme } from "../settings.ts";
import { store } from "../store.ts";
import { now } from "../time.ts";
import { Icon } from "./icons.tsx";

const nextTheme: Readonly<Record<Theme, Theme>> = { system: "light", light: "dark", dark: "system" };
const themeName: Readonly<Record<Theme, string>> = { system: "as the system", light: "light", dark: "dark" };

export function Header({ onConnect }: { readonly onConnect: () => void }) {
  const isRedUp = rising.value === "red";
  return (
    <header class="top">
      <p class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect width="32" height="32" rx="8" />
          <path d="M6 19h4l3-8 5 12 3.5-8H26" />
        </svg>
        Tickwire
      </p>
      <ConnectionState />
      <div class="settings">
        <button
          type="button"
          class="quiet convention"
          aria-pressed={isRedUp}
          aria-label="Red for rising prices"
          title={isRedUp ? "Rising is red, as in China" : "Rising is green"}
          onClick={() => {
            rising.value = isRedUp ? "green" : "red";
          }}
        >
          <span class="up">▲</span>
          <span class="down">▼</span>
        </button>
        <button
          type="button"
          class="quiet"
          aria-label={`Colours: ${themeName[theme.value]}`}
          title={`Colours: ${themeName[theme.value]}`}
          onClick={() => {
            theme.value = nextTheme[theme.value];
          }}
        >
          <Icon name={theme.value} />
        </button>
        <button type="button" class="connect" onClick={onConnect}>
          <Icon name="plug" />
          <span class="wide">Connect to OpenD</span>
          <span class="narrow">Connect</span>
        </button>
      </div>
    </header>
  );
}

/** One word for the eye. What it means in full stands in the banner; the announcer tells it. */
function ConnectionState() {
  const connection = store.connection.value;
  const isQuiet = connection.state === "live" && connection.quietSince !== undefined;
  const words = {
    connecting: "Connecting",
    live: isQuiet ? `No quotes for ${duration(now.value - connection.quietSince)}` : "Live",
    reconnecting: "Reconnecting",
    closed: "Not connected",
  };
  return (
    <p class="state" data-state={isQuiet ? "quiet" : connection.state}>
      <span class="dot" aria-hidden="true" />
      <span class="word">{words[connection.state]}</span>
      <span class="where">{store.source.value?.label}</span>
    </p>
  );
}
