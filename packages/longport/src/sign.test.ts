import { afterEach, describe, expect, test, vi } from "vitest";
import { canonicalOf, sign } from "./sign.ts";
import { failureOf, withApiKey } from "./testing/harness.ts";
import { ok } from "./testing/scripted-fetch.ts";
import { signatureInputs, signatures } from "./testing/vectors.ts";

afterEach(() => vi.unstubAllGlobals());

const encode = (text: string) => new TextEncoder().encode(text);

describe("the vectors", () => {
  test.each(signatures)("$method $query", async ({ canonical, signature, body, ...request }) => {
    const input = { ...signatureInputs, ...request, body: encode(body) };
    expect(await canonicalOf(input)).toBe(canonical);
    expect(await sign(input)).toBe(
      `HMAC-SHA256 SignedHeaders=authorization;x-api-key;x-timestamp, Signature=${signature}`,
    );
  });

  test("no body and an empty body are the same", async () => {
    const request = { ...signatureInputs, method: "GET", path: "/v1/watchlist/groups", query: "" };
    expect(await sign(request)).toBe(await sign({ ...request, body: new Uint8Array() }));
  });
});

test("each part changes the signature", async () => {
  const base = { ...signatureInputs, method: "POST", path: "/a", query: "b=1", body: encode("c") };
  const variants = [
    base,
    { ...base, method: "PUT" },
    { ...base, path: "/b" },
    { ...base, query: "b=2" },
    { ...base, body: encode("d") },
    { ...base, timestamp: "1700000000123" },
    { ...base, appKey: "k" },
    { ...base, appSecret: "s" },
    { ...base, accessToken: "t" },
  ];
  expect(new Set(await Promise.all(variants.map(sign))).size).toBe(variants.length);
});

test.each([
  ["crypto", undefined],
  ["crypto.subtle", {}],
])("without %s it says what to do, and sends nothing", async (_, crypto) => {
  vi.stubGlobal("crypto", crypto);
  const harness = withApiKey([ok()]);
  const error = await failureOf(harness, harness.lp.watchlist.list());
  expect(error).toMatchObject({ code: "LONGPORT_NO_CRYPTO", outcome: "not-sent", retryable: false });
  expect(error.message).toContain("open the page over https: or from localhost");
  expect(harness.server.sent).toEqual([]);
  expect(harness.clock.timers).toBe(0);
});
