import type { LongPortFault, LongPortSocketFault } from "@tickwire/testkit";
import type { Peer } from "@tickwire/testkit/conformance";
import type { Result } from "./suite.ts";

/** A fake OpenD that serves a case. */
export interface StartedOpenD {
  readonly id: number;
  readonly url: string;
  readonly tcpUrl: string;
  /** The key that it has when it shall be encrypted, as PEM. */
  readonly rsaPrivateKey?: string;
}

/** A fake LongPort that serves a case. */
export interface StartedLongPort {
  readonly id: number;
  readonly url: string;
}

/** What the runtimes ask of the process that started them, where the fakes are. Plain data, because it goes over HTTP. */
export interface Desk {
  report(result: Result): Promise<void>;
  startOpenD(wishes?: { readonly websocketKey?: string; readonly isEncrypted?: boolean }): Promise<StartedOpenD>;
  /** Calls a method of that fake's peer. */
  steerOpenD<M extends keyof Peer>(
    id: number,
    method: M,
    ...args: Parameters<Peer[M]>
  ): Promise<Awaited<ReturnType<Peer[M]>>>;
  startLongPort(): Promise<StartedLongPort>;
  planFault(id: number, fault: LongPortFault): Promise<void>;
  planSocketFault(id: number, fault: LongPortSocketFault): Promise<void>;
  /** Breaks all connections of the quote socket. */
  disconnectQuotes(id: number): Promise<void>;
  stop(id: number): Promise<void>;
}

/** The desk at an address, by the runtime's own `fetch`. */
export function deskAt(url: string): Desk {
  const call =
    (method: keyof Desk) =>
    async (...args: unknown[]) => {
      const response = await fetch(new URL("/desk", url), { method: "POST", body: JSON.stringify({ method, args }) });
      const text = await response.text();
      if (!response.ok) throw new Error(`the desk refused ${method}: ${text}`);
      return text === "" ? undefined : JSON.parse(text);
    };
  return {
    report: call("report"),
    startOpenD: call("startOpenD"),
    steerOpenD: call("steerOpenD"),
    startLongPort: call("startLongPort"),
    planFault: call("planFault"),
    planSocketFault: call("planSocketFault"),
    disconnectQuotes: call("disconnectQuotes"),
    stop: call("stop"),
  };
}
