import { context, type Tracer } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  type MetricData,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { type Client, connect, OpenDError, QotUpdateBasicQot, SubType } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { openTelemetry } from "./telemetry.ts";

/** What was exported. */
export interface Exported {
  readonly spans: readonly ReadableSpan[];
  readonly metrics: readonly MetricData[];
}

/** Runs a client against a fake OpenD, over TCP. A program of yours exports to a collector, not to memory. */
export async function example(): Promise<Exported> {
  const spans = new InMemorySpanExporter();
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const tracers = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
  const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter: metrics })] });
  // Without one, a span is active only until the first await.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());

  const tracer = tracers.getTracer("example");
  const opend = new FakeOpenD({ quoteIntervalMs: 10 });
  await using server = await listen(opend);
  const telemetry = openTelemetry(tracer, meters.getMeter("example"));
  const client = await connect(server.tcp.url, { telemetry, reconnect: { initialMs: 10 } });
  try {
    await readGroups(client, tracer);
    await readQuotes(client);
    await loseConnection(client, opend);
  } finally {
    await client.close();
    opend.close();
    context.disable();
  }
  await Promise.all([tracers.forceFlush(), meters.forceFlush()]);
  const exported = {
    spans: spans.getFinishedSpans(),
    metrics: metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics)),
  };
  await Promise.all([tracers.shutdown(), meters.shutdown()]);
  return exported;
}

/** A span of the program's own around its requests, one of which is refused. */
async function readGroups(client: Client, tracer: Tracer): Promise<void> {
  await tracer.startActiveSpan("read groups", async (span) => {
    try {
      const [first] = await client.getUserSecurityGroup();
      for (const name of [first?.groupName ?? "All", "no such group"]) await client.getUserSecurity(name);
    } catch (error) {
      if (!(error instanceof OpenDError && error.reason === "unknown-group")) throw error;
    } finally {
      span.end();
    }
  });
}

async function readQuotes(client: Client): Promise<void> {
  const to = { securities: ["HK.00700"], subTypes: [SubType.Basic] };
  const quotes = await client.subscribe(QotUpdateBasicQot, to);
  let left = 3;
  for await (const _ of quotes) if (--left === 0) break;
}

async function loseConnection(client: Client, opend: FakeOpenD): Promise<void> {
  const statuses = client.statuses();
  opend.disconnect();
  let wasLost = false;
  for await (const { state } of statuses) {
    wasLost ||= state === "reconnecting";
    if (wasLost && state === "ready") break;
  }
}
