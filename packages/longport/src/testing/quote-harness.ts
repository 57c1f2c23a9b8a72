import { CmdAuth, CmdReconnect } from "@tickwire/codec/longport";
import { VirtualClock } from "@tickwire/testkit";
import { LongPort } from "../client.ts";
import type { LongPortError } from "../errors.ts";
import { connectQuotes, type QuoteClient } from "../quote-client.ts";
import type { QuoteOptions } from "../quote-options.ts";
import { QuoteServer } from "./quote-server.ts";
import { type Answer, ok, ScriptedFetch } from "./scripted-fetch.ts";

export const oneTimeToken = ok('{"otp":"otp-123","limit":10,"online":0}');

export interface QuoteHarness {
  readonly clock: VirtualClock;
  readonly http: ScriptedFetch;
  readonly server: QuoteServer;
  readonly lp: LongPort;
  readonly connect: (options?: QuoteOptions) => Promise<QuoteClient>;
}

/** A quote client on a virtual clock, in OAuth mode: Web Crypto would take real time. Back-off waits are half of the longest. */
export function quoteHarness({ tokens = [oneTimeToken] }: { readonly tokens?: readonly Answer[] } = {}): QuoteHarness {
  const clock = new VirtualClock();
  const http = new ScriptedFetch(...tokens);
  const server = new QuoteServer();
  const session = { sessionId: "sess-1", expires: BigInt(clock.unixMs() + 3_600_000), limit: 10, online: 1 };
  server.on(CmdAuth, { message: session });
  server.on(CmdReconnect, { message: session });
  const lp = new LongPort({ bearer: "o_token-of-oauth", fetch: http.fetch, clock, random: () => 0.5 });
  const connect = (options: QuoteOptions = {}) =>
    connectQuotes(lp, { createWebSocket: server.createWebSocket, ...options });
  return { clock, http, server, lp, connect };
}

/** Turns of the event loop until it is so; no time passes. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 100_000) throw new Error(`never: ${condition}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What it rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<LongPortError> {
  return promise.then(
    () => {
      throw new Error("it did not reject");
    },
    (error: LongPortError) => error,
  );
}
