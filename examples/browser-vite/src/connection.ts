import type { Signal } from "@preact/signals";
import type { Client, ClientStatus } from "@tickwire/web-client";

/** Where the connection stands, with what a person wants to know of it. Times are in milliseconds since 1970. */
export type Connection =
  | { readonly state: "connecting" }
  | {
      readonly state: "live";
      /** Since when no quote has come, once that is worth telling. */
      readonly quietSince: number | undefined;
    }
  | {
      readonly state: "reconnecting";
      readonly attempt: number;
      readonly retryAt: number;
      readonly lostAt: number;
      readonly why: string;
    }
  | { readonly state: "closed"; readonly why: string };

/** Follows a client's status until it is closed. */
export function follow(client: Client, connection: Signal<Connection>): void {
  const tell = (status: ClientStatus) => {
    const before = connection.peek();
    if (status.state === "ready") connection.value = { state: "live", quietSince: undefined };
    else if (status.state === "connecting") connection.value = { state: "connecting" };
    else if (status.state === "reconnecting")
      connection.value = {
        state: "reconnecting",
        attempt: status.attempt,
        retryAt: Date.now() + status.delayMs,
        lostAt: before.state === "reconnecting" ? before.lostAt : Date.now(),
        why: plain(status.cause),
      };
    else if (status.error !== undefined) connection.value = { state: "closed", why: plain(status.error) };
  };
  tell(client.status());
  client.on("status", tell);
}

/** An error's message without its code, and those of the ones that it quotes. */
export function plain(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\[[A-Z]+_[A-Z_]+\] /g, "") : String(error);
}
