import type { MessageInit, RequestProtocol } from "@tickwire/codec";
import type { CallOptions } from "./options.ts";

/** A request on its way through the interceptors. */
export interface RequestCall {
  readonly protocol: RequestProtocol<unknown, unknown>;
  readonly c2s: MessageInit<unknown>;
  readonly options: CallOptions;
}

/** Carries a request on; the last one sends it. */
export type Next = (call: RequestCall) => Promise<unknown>;

/**
 * Stands around every request of a client: it may look at the call, change it, answer it itself, or look at the reply.
 *
 * ```ts
 * const log: Interceptor = (next) => async (call) => {
 *   console.debug(call.protocol.name);
 *   return next(call);
 * };
 * ```
 */
export type Interceptor = (next: Next) => Next;

/** Puts interceptors around the last step, the first outermost. What they throw, the result rejects with. */
export function intercepted(interceptors: readonly Interceptor[], last: Next): Next {
  const first = interceptors.reduceRight((next, interceptor) => interceptor(next), last);
  return async (call) => first(call);
}
