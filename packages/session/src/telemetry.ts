import type { Clock } from "./clock.ts";
import type { OpenDError } from "./errors.ts";
import type { SessionState } from "./session.ts";
import type { Incoming } from "./wire.ts";

/** A request begins. */
export interface RequestStart {
  /** Name of the protocol, for example `Qot_GetUserSecurity`. */
  readonly protocol: string;
  readonly protoId: number;
  /** Where the client leads: `tcp://127.0.0.1:11111`. */
  readonly address: string;
}

/** How a request ended. Its content is in none of these, since it may be confidential. */
export interface RequestEnd {
  /** Absent for a success. */
  readonly error?: unknown;
  /** From the call to the end, by the client's clock, in milliseconds. */
  readonly durationMs: number;
}

/** A client's connection has changed. */
export interface ConnectionChange {
  readonly state: SessionState["state"];
  readonly address: string;
  /** Why: of a connection that was lost, a try that failed, a client that has closed by itself. */
  readonly error?: OpenDError | undefined;
  /** `reconnecting`: which try it is, and in how many milliseconds. */
  readonly attempt?: number | undefined;
  readonly delayMs?: number | undefined;
}

/** A push came. */
export interface PushReceived {
  readonly protoId: number;
  /** Of the plain body, in bytes. */
  readonly bodyBytes: number;
  readonly address: string;
}

/**
 * Hears what a client does; every part is optional. What it throws becomes the client's `warning` event. It is called in
 * the middle of things, so it must be quick and must not call the client.
 */
export interface Telemetry {
  /** Called when a request begins, in the caller's context. What it returns is called when the request has settled. */
  request?(start: RequestStart): ((end: RequestEnd) => void) | undefined;
  connection?(change: ConnectionChange): void;
  push?(push: PushReceived): void;
}

/** {@link Telemetry} as the session calls it: it never throws, and costs next to nothing when nobody listens. */
export interface Hooks {
  /** Undefined when nobody listens to requests. What it returns tells how the reply ends. */
  request(protocol: { readonly name: string; readonly id: number }): ((reply: Promise<unknown>) => void) | undefined;
  connection(state: SessionState): void;
  push(message: Incoming): void;
}

/** @param warn Takes what the telemetry throws. */
export function hooksOf(
  telemetry: Telemetry = {},
  clock: Clock,
  address: string,
  warn: (error: unknown) => void,
): Hooks {
  const guarded = <T>(call: () => T): T | undefined => {
    try {
      return call();
    } catch (error) {
      warn(error);
      return undefined;
    }
  };
  return {
    request(protocol) {
      if (telemetry.request === undefined) return undefined;
      const startMs = clock.now();
      const end = guarded(() => telemetry.request?.({ protocol: protocol.name, protoId: protocol.id, address }));
      if (end === undefined) return undefined;
      const ended = (error?: unknown) => guarded(() => end({ error, durationMs: clock.now() - startMs }));
      return (reply) => void reply.then(() => ended(), ended);
    },
    connection(state) {
      if (telemetry.connection === undefined) return;
      const { cause, error = cause, attempt, delayMs } = state as Partial<ConnectionChange & { cause: OpenDError }>;
      guarded(() => telemetry.connection?.({ state: state.state, address, error, attempt, delayMs }));
    },
    push({ protoId, body }) {
      if (telemetry.push !== undefined) guarded(() => telemetry.push?.({ protoId, bodyBytes: body.length, address }));
    },
  };
}
