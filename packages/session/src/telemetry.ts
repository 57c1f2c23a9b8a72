import type { Clock } from "./clock.ts";
import type { OpenDError, ServerReason } from "./errors.ts";
import { guarded } from "./guarded.ts";
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

/** How a request or a connection failed, without the message, since that may repeat what was asked. */
export interface Failure {
  /** The error's code, for example `OPEND_TIMEOUT`; the name of an error that has none. */
  readonly code: string;
  readonly outcome?: OpenDError["outcome"] | undefined;
  readonly reason?: ServerReason | undefined;
  readonly retType?: number | undefined;
}

/** How a request ended. Its content is in none of these, since it may be confidential. */
export interface RequestEnd {
  /** Undefined for a success. */
  readonly error?: Failure | undefined;
  /** From the call to the end, by the client's clock, in milliseconds. */
  readonly durationMs: number;
}

/** A client's connection has changed. */
export interface ConnectionChange {
  readonly state: Exclude<SessionState["state"], "connecting">;
  readonly address: string;
  /** Why: of a connection that was lost, a try that failed, a client that has closed by itself. */
  readonly error?: Failure | undefined;
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
 * Hears what a client does; every part is optional, and is looked up each time. What it throws becomes the client's
 * `warning` event. It is called in the middle of things, so it must be quick and must not call the client.
 */
export interface Telemetry {
  /** Called when a request begins, in the caller's context. What it returns is called when the request has settled. */
  request?: ((start: RequestStart) => ((end: RequestEnd) => void) | undefined) | undefined;
  connection?: ((change: ConnectionChange) => void) | undefined;
  push?: ((push: PushReceived) => void) | undefined;
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
  telemetry: Telemetry | readonly Telemetry[] = [],
  clock: Clock,
  address: string,
  warn: (error: unknown) => void,
): Hooks {
  const all = [telemetry].flat();
  /** Tells all who have the hook, each by an event of its own, and gives what they return. */
  const tell = <N extends keyof Telemetry>(name: N, makeEvent: () => Parameters<NonNullable<Telemetry[N]>>[0]) => {
    const results: ReturnType<NonNullable<Telemetry[N]>>[] = [];
    for (const one of all)
      guarded(() => {
        const hook = one[name] as ((event: unknown) => (typeof results)[0]) | undefined;
        if (hook === undefined) return;
        const result = hook.call(one, makeEvent());
        results.push(result);
        return result;
      }, warn);
    return results;
  };
  return {
    request(protocol) {
      const ends = tell("request", () => ({ protocol: protocol.name, protoId: protocol.id, address }));
      if (ends.length === 0) return undefined;
      const startMs = clock.now();
      const ended = (error?: Failure) => {
        const end = { error, durationMs: clock.now() - startMs };
        for (const tellEnd of ends) guarded(() => tellEnd?.(end), warn);
      };
      return (reply) =>
        void reply.then(
          () => ended(),
          (error) => ended(failureOf(error)),
        );
    },
    connection(state) {
      tell("connection", () => {
        const { state: name, cause, error = cause, attempt, delayMs } = state as AnyChange;
        return { state: name, address, error: error && failureOf(error), attempt, delayMs };
      });
    },
    push({ protoId, body }) {
      tell("push", () => ({ protoId, bodyBytes: body.length, address }));
    },
  };
}

interface AnyChange extends Pick<ConnectionChange, "state" | "attempt" | "delayMs"> {
  readonly cause?: OpenDError;
  readonly error?: OpenDError;
}

function failureOf(error: unknown): Failure {
  // Interceptors may throw anything.
  const { code, name = typeof error, outcome, reason, retType } = Object(error) as Partial<OpenDError>;
  return { code: typeof code === "string" ? code : name, outcome, reason, retType };
}
