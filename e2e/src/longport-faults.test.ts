// Every fault that the fake LongPort knows, met by every operation: what the caller gets, and how often it was sent.
import { defaults, LongPort, LongPortError } from "@tickwire/longport";
import { FakeLongPort, type LongPortFaultKind, longPortFaultKinds, VirtualClock } from "@tickwire/testkit";
import { describe, expect, test } from "vitest";

const GROUP = 9_007_199_254_740_993n;
const NEW_NAME = "科技股";

/** What is done; all of it would succeed without the fault. */
const operations: Record<string, { readonly isRead: boolean; run(lp: LongPort): Promise<unknown> }> = {
  list: { isRead: true, run: (lp) => lp.watchlist.list() },
  create: { isRead: false, run: (lp) => lp.watchlist.create(NEW_NAME, ["BABA.US", "AAPL.US"]) },
  add: { isRead: false, run: (lp) => lp.watchlist.update(GROUP, { securities: ["700.HK"], mode: "add" }) },
  remove: { isRead: false, run: (lp) => lp.watchlist.update(GROUP, { securities: ["700.HK"], mode: "remove" }) },
  replace: { isRead: false, run: (lp) => lp.watchlist.update(GROUP, { securities: ["700.HK"], mode: "replace" }) },
  rename: { isRead: false, run: (lp) => lp.watchlist.update(GROUP, { name: "New name" }) },
  delete: { isRead: false, run: (lp) => lp.watchlist.delete(GROUP, { purge: true }) },
  pin: { isRead: false, run: (lp) => lp.watchlist.pin(["700.HK"]) },
};

interface Expected {
  /** Undefined: it succeeds in the end. */
  readonly code?: string;
  readonly outcome?: string;
  /** Requests that the server received. */
  readonly sent: number;
}

/** A fault that meets the first request. Refused requests may be repeated; of lost ones only reads. */
function expectedOf(kind: LongPortFaultKind, operation: string, isRead: boolean): Expected {
  switch (kind) {
    case "rate-limit-envelope":
    case "rate-limit-plain":
      return { sent: 2 };
    case "network-error":
    case "cut-body":
      return isRead ? { sent: 2 } : { code: "LONGPORT_NETWORK", outcome: "unknown", sent: 1 };
    case "error-envelope":
      return { code: "LONGPORT_SERVER", outcome: "unknown", sent: 1 };
    case "refuse-in-200":
      return { code: "LONGPORT_SERVER", outcome: "rejected", sent: 1 };
    case "error-plain":
      return { code: "LONGPORT_SERVER", outcome: "unknown", sent: 1 };
    case "expired-token":
    case "skewed-clock":
      return { code: "LONGPORT_AUTH", outcome: "rejected", sent: 1 };
    case "not-json":
      return { code: "LONGPORT_BAD_REPLY", outcome: "unknown", sent: 1 };
    case "slow":
      return { code: "LONGPORT_TIMEOUT", outcome: "unknown", sent: 1 };
    case "no-id":
    case "no-data":
      if (operation === "create") return { code: "LONGPORT_NO_ID", outcome: "unknown", sent: 1 };
      return { sent: 1 };
  }
}

describe.each(longPortFaultKinds)("%s", (kind) => {
  test.each(Object.entries(operations))("%s", async (name, { isRead, run }) => {
    const clock = new VirtualClock();
    const server = new FakeLongPort({ clock });
    const lp = new LongPort({
      appKey: "fake-app-key",
      appSecret: "fake-app-secret",
      accessToken: "fake-access-token",
      fetch: server.fetch,
      clock,
      random: () => 0,
    });
    server.faults.add({ kind });

    let error: unknown;
    let isOver = false;
    const call = run(lp)
      .catch((reason: unknown) => {
        error = reason;
      })
      .finally(() => {
        isOver = true;
      });
    // Signing takes real time, of which the clock knows nothing: it moves on only when the server keeps the answer back.
    while (!isOver) {
      const isKeptBack = kind === "slow" && server.requests.all.length > 0;
      await clock.advance(isKeptBack ? defaults.timeoutMs : 0);
    }
    await call;

    const expected = expectedOf(kind, name, isRead);
    expect(server.requests.all.length).toBe(expected.sent);
    if (expected.code === undefined) expect(error).toBeUndefined();
    else {
      expect(error).toBeInstanceOf(LongPortError);
      expect(error).toMatchObject({ code: expected.code, outcome: expected.outcome });
      expect(String(error) + JSON.stringify(error)).not.toMatch(/fake-app-secret|fake-access-token/);
    }
    expect(clock.pendingTimers).toBe(0);

    // The rate limit's refusals did nothing, so those writes may go again; whatever happened, nothing is done twice.
    server.faults.clear();
    const groups = await new LongPort({ bearer: "fake-bearer-token", fetch: server.fetch }).watchlist.list();
    expect(groups.filter((group) => group.name === NEW_NAME).length).toBeLessThanOrEqual(1);
    const symbols = groups.find((group) => group.id === GROUP)?.securities.map((security) => security.symbol) ?? [];
    expect(new Set(symbols).size).toBe(symbols.length);
  });
});
