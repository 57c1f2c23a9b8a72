import { decodeResponse, type PushProtocol, RetType } from "@tickwire/codec";
import type { OpenDError } from "./errors.ts";
import type { Incoming } from "./wire.ts";

/** One interested party: takes decoded pushes, and the end. */
export interface PushSink<S2C> {
  push(message: S2C): void;
  /** There was no connection for so long; pushes may be missing. */
  gap(downMs: number): void;
  end(error?: OpenDError): void;
}

interface Route {
  readonly protocol: PushProtocol<unknown>;
  /** Never changed but replaced, so that a delivery goes over those that were there when it began. */
  sinks: readonly PushSink<never>[];
}

/** Hands each push, decoded once, to the sinks that want its protocol. Pushes that nobody wants are dropped. */
export class PushRouter {
  readonly #routes = new Map<number, Route>();

  /** Adds a sink; the returned function removes it. */
  add<S2C>(protocol: PushProtocol<S2C>, sink: PushSink<S2C>): () => void {
    const route = this.#routes.get(protocol.id) ?? { protocol, sinks: [] };
    this.#routes.set(protocol.id, route);
    route.sinks = [...route.sinks, sink];
    return () => {
      route.sinks = route.sinks.filter((other) => other !== sink);
    };
  }

  /** @throws {CodecError} when the push cannot be read. */
  route(message: Incoming): void {
    const route = this.#routes.get(message.protoId);
    if (!route?.sinks.length) return;
    if (message.damage !== undefined) throw message.damage;
    const { retType, s2c } = decodeResponse(route.protocol, message.body);
    if (retType !== RetType.Succeed || s2c === undefined) return;
    const { sinks } = route;
    // A sink may remove another one, which then gets nothing more.
    for (const sink of sinks) if (route.sinks === sinks || route.sinks.includes(sink)) sink.push(s2c as never);
  }

  /** Tells all sinks of a gap. */
  gap(downMs: number): void {
    for (const { sinks } of this.#routes.values()) for (const sink of sinks) sink.gap(downMs);
  }

  /** Ends all sinks. */
  end(error?: OpenDError): void {
    const routes = [...this.#routes.values()];
    this.#routes.clear();
    for (const { sinks } of routes) for (const sink of sinks) sink.end(error);
  }
}
