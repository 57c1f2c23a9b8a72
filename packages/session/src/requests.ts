import type { MessageInit, RequestProtocol } from "@tickwire/codec";
import { Call, type CallContext, type InternalCallOptions } from "./call.ts";
import { type Interceptor, intercepted, type Next, type RequestCall } from "./interceptors.ts";
import type { CallOptions } from "./options.ts";

/** Sends the requests of a client's users: through their interceptors, and, where they want it, one for all equal reads. */
export class Requests {
  readonly #context: CallContext;
  /** Undefined without interceptors. */
  readonly #first: Next | undefined;
  /** Reads under way that others may join, by what is asked. */
  readonly #shared = new Map<string, Promise<unknown>>();

  constructor(context: CallContext, interceptors: readonly Interceptor[]) {
    this.#context = context;
    const last: Next = ({ protocol, c2s, options }) => this.#send(protocol, c2s, options);
    this.#first = interceptors.length === 0 ? undefined : intercepted(interceptors, last);
  }

  send<C2S, S2C>(protocol: RequestProtocol<C2S, S2C>, c2s: MessageInit<C2S>, options: CallOptions): Promise<S2C> {
    // What is no request is refused further on.
    const tell = protocol?.kind === "request" ? this.#context.hooks.request(protocol) : undefined;
    const reply =
      this.#first === undefined
        ? this.#send(protocol, c2s, options)
        : this.#intercepted<S2C>(this.#first, { protocol, c2s, options } as RequestCall);
    tell?.(reply);
    return reply;
  }

  /** Rejects with what an interceptor throws, too. */
  async #intercepted<S2C>(first: Next, call: RequestCall): Promise<S2C> {
    return (await first(call)) as S2C;
  }

  /** Not asynchronous itself, since every step that it would add is one for every request. */
  #send<C2S, S2C>(
    protocol: RequestProtocol<C2S, S2C>,
    c2s: MessageInit<C2S>,
    options: InternalCallOptions,
  ): Promise<S2C> {
    try {
      const call = new Call(this.#context, protocol, c2s, options);
      if (!call.isShared) return call.run();
      const { key } = call;
      let running = this.#shared.get(key) as Promise<S2C> | undefined;
      if (running === undefined) {
        // Without the signal: who gives up waiting must not take the reply from those who have joined.
        running = new Call(this.#context, protocol, c2s, { ...options, signal: undefined }).run();
        this.#shared.set(key, running);
        const forget = () => this.#shared.delete(key);
        running.then(forget, forget);
      }
      return call.join(running);
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
