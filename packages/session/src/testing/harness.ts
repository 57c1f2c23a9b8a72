import { type BasicQot, sha1 } from "@tickwire/codec";
import type { Client } from "../client.ts";
import { connectSession } from "../connect.ts";
import { OpenDError } from "../errors.ts";
import type { ClientOptions } from "../options.ts";
import type { Dialect } from "../transport.ts";
import type { WireFactory } from "../wire.ts";
import { tcpWire } from "../wire-tcp.ts";
import { wsWire } from "../wire-ws.ts";
import { ManualClock } from "./manual-clock.ts";
import { Peer } from "./peer.ts";

export const dialects = [{ dialect: "tcp" }, { dialect: "ws" }] as const;

export const wireOf = (dialect: Dialect): WireFactory => (dialect === "tcp" ? tcpWire(sha1) : wsWire("key"));

/** Starts to connect; the caller decides what the peer does. Delays before tries are half of what they may be. */
export function start(peer: Peer, options: ClientOptions = {}, clock: ManualClock = new ManualClock()) {
  const seams = { transport: peer, clock, wire: wireOf(peer.dialect), random: () => 0.5 };
  const connecting = connectSession(seams, options);
  // Whoever awaits it still sees the rejection.
  connecting.catch(() => undefined);
  return { connecting, clock, peer };
}

export interface Session {
  readonly client: Client;
  readonly peer: Peer;
  readonly clock: ManualClock;
  /** What the client's `warning` event told. */
  readonly warnings: unknown[];
}

/** A client that has logged in. The login is taken off `peer.asked`. */
export async function login(dialect: Dialect, options: ClientOptions = {}): Promise<Session> {
  const { connecting, clock, peer } = start(new Peer(dialect), options);
  const client = await connecting;
  const warnings: unknown[] = [];
  client.on("warning", (warning) => warnings.push(warning));
  peer.asked.length = 0;
  return { client, peer, clock, warnings };
}

/** The error that a promise rejects with. */
export async function failureOf(promise: Promise<unknown>): Promise<OpenDError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof OpenDError) return error;
    throw error;
  }
  throw new Error("it did not reject");
}

/** Counts how often a promise settled, and keeps what it settled with. */
export function watch<T>(promise: Promise<T>): {
  state: "pending" | "fulfilled" | "rejected";
  value?: T;
  error?: OpenDError;
} {
  const seen: ReturnType<typeof watch<T>> = { state: "pending" };
  promise.then(
    (value) => Object.assign(seen, { state: "fulfilled", value }),
    (error) => Object.assign(seen, { state: "rejected", error }),
  );
  return seen;
}

export const HK = 1;

export function quote(code: string, curPrice: number): BasicQot {
  return {
    security: { market: HK, code },
    isSuspended: false,
    listTime: "2004-06-16",
    priceSpread: 0.2,
    updateTime: "2026-01-02 11:04:05",
    highPrice: curPrice,
    openPrice: curPrice,
    lowPrice: curPrice,
    curPrice,
    lastClosePrice: curPrice,
    volume: 1n,
    turnover: 1,
    turnoverRate: 1,
    amplitude: 1,
  };
}

/** The content of a push of quotes (3005). */
export const quotes = (prices: Record<string, number>): { basicQotList: BasicQot[] } => ({
  basicQotList: Object.entries(prices).map(([code, price]) => quote(code, price)),
});

/** What of a push of quotes matters to a test: `00700=400 00005=60`. */
export const pricesOf = ({ basicQotList }: { basicQotList: readonly BasicQot[] }): string =>
  basicQotList.map(({ security, curPrice }) => `${security.code}=${curPrice}`).join(" ");
