import { describe, expect, test } from "vitest";
import { credentials, failureOf, withApiKey, withBearer } from "./testing/harness.ts";
import { expectedSignature } from "./testing/node-signature.ts";
import { json, offline, ok } from "./testing/scripted-fetch.ts";

const renewed = ok(
  '{"token":"m_renewed-token","expired_at":"2026-04-02T03:04:05Z","issued_at":"2026-01-02T03:04:05Z","account_info":{"aaid":1}}',
);

describe("refreshToken", () => {
  test("gives the token, and the client uses it from then on", async () => {
    const { lp, server } = withApiKey([renewed, ok()]);
    expect(await lp.refreshToken()).toEqual({
      token: "m_renewed-token",
      expiredAt: new Date("2026-04-02T03:04:05Z"),
      issuedAt: new Date("2026-01-02T03:04:05Z"),
    });
    await lp.watchlist.list();
    const [first, second] = server.sent;
    expect(`${first?.method} ${first?.url.pathname}${first?.url.search}`).toBe(
      "GET /v1/token/refresh?expired_at=2026-04-02T03%3A04%3A05Z",
    );
    expect(first?.headers.get("authorization")).toBe(credentials.accessToken);
    expect(second?.headers.get("authorization")).toBe("m_renewed-token");
    expect(second?.headers.get("x-api-signature")).toBe(second && expectedSignature(second, credentials.appSecret));
  });

  test("takes a date, to the second, and may leave the client alone", async () => {
    const { lp, server } = withApiKey([renewed, ok()]);
    await lp.refreshToken({ expiredAt: new Date("2030-01-01T00:00:00.999Z"), adopt: false });
    await lp.watchlist.list();
    expect(server.sent[0]?.url.searchParams.get("expired_at")).toBe("2030-01-01T00:00:00Z");
    expect(server.sent[1]?.headers.get("authorization")).toBe(credentials.accessToken);
  });

  test("a date that cannot be read does not lose the token", async () => {
    const { lp } = withApiKey([ok('{"token":"m_renewed-token","expired_at":"in spring"}')]);
    expect(await lp.refreshToken()).toEqual({ token: "m_renewed-token", expiredAt: undefined, issuedAt: undefined });
  });

  test.each([new Date("2026-01-02T03:04:05Z"), new Date(Number.NaN)])("%s is not in the future", async (expiredAt) => {
    const harness = withApiKey([renewed]);
    const error = await failureOf(harness, harness.lp.refreshToken({ expiredAt }));
    expect(error.message).toBe("[LONGPORT_INVALID_ARGUMENT] expiredAt must be a date in the future");
    expect(harness.server.sent).toEqual([]);
  });

  test("without a token in the reply the old one may be dead", async () => {
    const harness = withApiKey([json('{"code":0,"data":{}}')]);
    const error = await failureOf(harness, harness.lp.refreshToken());
    expect(error).toMatchObject({ code: "LONGPORT_BAD_REPLY", outcome: "unknown", retryable: false });
    expect(error.message).toContain("the old one may be dead");
  });

  test("is not sent again when the reply was lost, for all that it is a GET", async () => {
    const harness = withApiKey([offline]);
    expect(await failureOf(harness, harness.lp.refreshToken())).toMatchObject({ outcome: "unknown", retryable: false });
    expect(harness.server.sent).toHaveLength(1);
  });

  test("is not for OAuth", async () => {
    const harness = withBearer([renewed]);
    const error = await failureOf(harness, harness.lp.refreshToken());
    expect(error.code).toBe("LONGPORT_INVALID_ARGUMENT");
    expect(harness.server.sent).toEqual([]);
  });
});
