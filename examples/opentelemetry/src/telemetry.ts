import { type Attributes, type Meter, SpanKind, SpanStatusCode, type Tracer } from "@opentelemetry/api";
import type { Telemetry } from "@tickwire/node-client";

/**
 * Makes a span of every request, a child of the span that is active where it is made, and counts pushes and tries to
 * reconnect. Names and attributes are those of OpenTelemetry's conventions for RPC clients, where they have one.
 */
export function openTelemetry(tracer: Tracer, meter: Meter): Telemetry {
  const pushes = meter.createCounter("opend.client.pushes", { unit: "{push}" });
  const reconnects = meter.createCounter("opend.client.reconnects", { unit: "{try}" });
  return {
    request({ protocol, address }) {
      const attributes = { "rpc.system.name": "opend", "rpc.method": protocol, ...serverOf(address) };
      const span = tracer.startSpan(protocol, { kind: SpanKind.CLIENT, attributes });
      return ({ error }) => {
        if (error !== undefined) {
          span.setAttribute("error.type", error.reason ?? error.code);
          if (error.retType !== undefined) span.setAttribute("rpc.response.status_code", String(error.retType));
          span.setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
      };
    },
    connection({ state, error, address }) {
      if (state === "reconnecting") reconnects.add(1, { "error.type": error?.code, ...serverOf(address) });
    },
    // Nothing but a count: there may be thousands in a second.
    push: ({ protoId }) => pushes.add(1, { "opend.proto_id": protoId }),
  };
}

/** `tcp://127.0.0.1:11111` in the words of the conventions. */
function serverOf(address: string): Attributes {
  const { hostname, port } = new URL(address);
  return { "server.address": hostname.replace(/^\[|\]$/g, ""), "server.port": Number(port) };
}
