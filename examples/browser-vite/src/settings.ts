import { effect, type Signal, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";

/** A signal whose value the browser remembers; private windows may refuse, and then it lasts as long as the page. */
function remembered<T extends string>(name: string, byDefault: T, allowed?: readonly T[]): Signal<T> {
  const key = `tickwire.${name}`;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {}
  const isUsable = stored !== null && (allowed === undefined || (allowed as readonly string[]).includes(stored));
  const value = signal(isUsable ? (stored as T) : byDefault);
  effect(() => {
    try {
      localStorage.setItem(key, value.value);
    } catch {}
  });
  return value;
}

export const theme = remembered<Theme>("theme", "system", ["system", "light", "dark"]);

/** Which colour a rising price has: green in most of the world, red in mainland China. */
export const rising = remembered<"green" | "red">("rising", navigator.language.startsWith("zh") ? "red" : "green", [
  "green",
  "red",
]);

/** The address of the OpenD that was last tried. Its key is never stored. */
export const lastAddress = remembered<string>("address", "ws://127.0.0.1:33333");

/** The style sheets go by the attributes of the root. */
export function applySettings(): void {
  effect(() => {
    document.documentElement.dataset["theme"] = theme.value;
    document.documentElement.dataset["rising"] = rising.value;
  });
}
