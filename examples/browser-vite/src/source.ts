import { type Client, type ClientOptions, connect } from "@tickwire/web-client";
import type { Gateway } from "./demo/gateway.ts";

/** A security by name. */
export interface Named {
  /** As OpenD writes it: `HK.00700`. */
  readonly symbol: string;
  readonly name: string;
}

/** Where the page gets its watchlists from. */
export interface Source {
  readonly label: string;
  connect(options: Pick<ClientOptions, "interceptors" | "signal">): Promise<Client>;
  /** After so many milliseconds without any quote the page says so. */
  readonly quietAfterMs: number;
  /** Securities to suggest, beside those that stand in some group. */
  readonly known: readonly Named[];
  /** Of the demo only. */
  readonly gateway?: Gateway;
  /** Called when the page has left it. */
  close(): void;
}

/** A real OpenD. The key lives in this closure, because the client needs it for each new connection, and nowhere else. */
export function opendSource(address: string, websocketKey: string | undefined): Source {
  return {
    label: address,
    connect: (options) => connect(address, { ...options, websocketKey }),
    quietAfterMs: 30_000,
    known: [],
    close: () => undefined,
  };
}
