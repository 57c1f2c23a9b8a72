import { SpanStatusCode } from "@opentelemetry/api";
import { example } from "./example.ts";

const { spans, metrics } = await example();

for (const { name, kind, parentSpanContext, status, attributes } of spans) {
  const parent = spans.find((span) => span.spanContext().spanId === parentSpanContext?.spanId)?.name ?? "none";
  console.log("span", { name, kind, parent, status: SpanStatusCode[status.code], attributes });
}
for (const { descriptor, dataPoints } of metrics)
  for (const { value, attributes } of dataPoints) console.log("metric", { name: descriptor.name, value, attributes });
