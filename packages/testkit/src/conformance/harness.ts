import type { Client } from "@tickwire/session";
import type { OpenDFault, OpenDFaultKind } from "../faults.ts";

/**
 * The fake gateway as a conformance case steers it. Everything is asynchronous and plain data, so that the fake may live
 * elsewhere: a suite in a browser steers one in Node.
 */
export interface Peer {
  /** How many requests of this protocol it has received. */
  requests(protoId: number): Promise<number>;
  /** Connections that are open. */
  connections(): Promise<number>;
  /** Drops all connections. */
  disconnect(): Promise<void>;
  /** Says nothing more on the connections that are open, and leaves them open. */
  mute(): Promise<void>;
  /** Plans these faults, in place of all that are planned. */
  faults(...faults: OpenDFault[]): Promise<void>;
  /** The kinds of those that have not met all of their `times`. */
  planned(): Promise<OpenDFaultKind[]>;
  /** Pushes a basic quote (3005) of one security to everybody. */
  pushQuote(symbol: string, price: number): Promise<void>;
  /** Lets its clock run. */
  advance(ms: number): Promise<void>;
}

/** What one conformance case runs in. Each gets a new one: a fake with the default fixture, and nobody connected. */
export interface Harness extends AsyncDisposable {
  readonly peer: Peer;
  /** Connects the client under test to the fake, on the clock that `advance` moves. */
  connect(): Promise<Client>;
  /** Lets the client's clock run. */
  advance(ms: number): Promise<void>;
}

/** One promise that a client must keep, whatever the transport. */
export interface ConformanceCase {
  readonly name: string;
  /** The kind of fault that it is about, if it is about one. */
  readonly fault?: OpenDFaultKind;
  /** Rejects when the promise is broken. */
  run(harness: Harness): Promise<void>;
}
