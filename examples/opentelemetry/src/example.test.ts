import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace";
import { beforeAll, describe, expect, test } from "vitest";
import { type Exported, example } from "./example.ts";

let exported: Exported;
beforeAll(async () => {
  exported = await example();
});

const named = (name: string): ReadableSpan[] => exported.spans.filter((span) => span.name === name);

describe("spans", () => {
  test("one for each request, under the span that was active", () => {
    const [parent] = named("read groups");
    const requests = exported.spans.filter(({ kind }) => kind === SpanKind.CLIENT);
    expect(requests.map(({ name }) => name)).toEqual([
      "Qot_GetUserSecurityGroup",
      "Qot_GetUserSecurity",
      "Qot_GetUserSecurity",
    ]);
    for (const { parentSpanContext } of requests)
      expect(parentSpanContext).toMatchObject({
        traceId: parent?.spanContext().traceId,
        spanId: parent?.spanContext().spanId,
      });
  });

  test("with the conventions' attributes", () => {
    const [span] = named("Qot_GetUserSecurityGroup");
    expect(span?.attributes).toEqual({
      "rpc.system.name": "opend",
      "rpc.method": "Qot_GetUserSecurityGroup",
      "server.address": "127.0.0.1",
      "server.port": expect.any(Number),
    });
    expect(span?.status).toEqual({ code: SpanStatusCode.UNSET });
  });

  test("a refusal is an error, without what was asked", () => {
    const [, refused] = named("Qot_GetUserSecurity");
    expect(refused?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(refused?.attributes).toMatchObject({ "error.type": "unknown-group", "rpc.response.status_code": "-1" });
    expect(JSON.stringify([refused?.attributes, refused?.status, refused?.events])).not.toContain("no such group");
  });
});

describe("metrics", () => {
  const pointsOf = (name: string) => exported.metrics.find(({ descriptor }) => descriptor.name === name)?.dataPoints;

  test("pushes by protocol", () => {
    const points = pointsOf("opend.client.pushes") ?? [];
    const quotes = points.find(({ attributes }) => attributes["opend.proto_id"] === 3005);
    expect(quotes?.value).toBeGreaterThanOrEqual(3);
  });

  test("tries to reconnect, and why", () => {
    const attributes = { "error.type": "OPEND_CONNECTION_LOST", "server.address": "127.0.0.1" };
    expect(pointsOf("opend.client.reconnects")).toMatchObject([{ value: 1, attributes }]);
  });
});

test("the program prints them and ends by itself", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts")]);
  expect(stdout).toContain("name: 'Qot_GetUserSecurity'");
  expect(stdout).toContain("name: 'opend.client.reconnects'");
  expect(stderr).toBe("");
});
