import { store } from "../store.ts";

/** Opens the gateway in the page, which is fetched only now: who uses a real OpenD alone never loads it. */
export function openDemo(): void {
  void store.attempt(import("./gateway.ts").then(({ demoSource }) => store.open(demoSource())));
}
