import type { RequestCommand } from "@tickwire/codec/longport";
import { History } from "./history.ts";
import type { LongPortOperation } from "./longport-operations.ts";

/** A request that the fake received, whatever it answered. Without headers: those hold secrets. */
export interface LongPortRequest {
  /** What it asks for; undefined for an unknown path or method. */
  readonly operation: LongPortOperation | undefined;
  /** Upper-case. */
  readonly method: string;
  /** Percent-encoded, as sent, without the query. */
  readonly path: string;
  /** The query's parameters, decoded. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * The JSON of its body, in which a whole number beyond 2^53 is a `bigint`; a text when it is no JSON; undefined when the
   * body is empty.
   */
  readonly body: unknown;
  /** When it came, in milliseconds of the fake's clock. */
  readonly atMs: number;
}

/** The requests that a fake LongPort has received, in order; the newest 10,000. A browser's preflights are not among them. */
export class LongPortRequestHistory extends History<LongPortRequest> {
  /** The requests for one operation. */
  of(operation: LongPortOperation): readonly LongPortRequest[] {
    return this.requests.filter((request) => request.operation === operation);
  }
}

/** A request that the fake received on its quote socket and could read, whatever it answered. */
export interface LongPortSocketRequest<Message = unknown> {
  readonly command: { readonly code: number; readonly name: string };
  /** Its content. */
  readonly message: Message;
  /** The connection that it came on, counted from 1. */
  readonly connectionId: number;
  /** The packet's number; each connection has its own. */
  readonly requestId: number;
  /** How long the client waits, in milliseconds, as the packet tells. */
  readonly timeoutMs: number;
  /** When it came, in milliseconds of the fake's clock. */
  readonly atMs: number;
}

/** The requests that a fake LongPort has received on its quote socket, heartbeats included, in order; the newest 10,000. */
export class LongPortSocketHistory extends History<LongPortSocketRequest> {
  /** The requests of one command. */
  of<Message>(command: RequestCommand<Message, unknown>): readonly LongPortSocketRequest<Message>[] {
    return this.requests.filter(
      (request): request is LongPortSocketRequest<Message> => request.command.code === command.code,
    );
  }
}
