// A week in virtual time with one watchlist over both brokers, whose connections, sessions and tokens end again and again:
// whatever is missing from the merged stream was told.
import { QotSub } from "@tickwire/codec";
import { Subscribe } from "@tickwire/codec/longport";
import { connectQuotes, LongPort } from "@tickwire/longport";
import { connectSession, InitConnect, wsWire } from "@tickwire/session";
import { FakeLongPort, FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";
import { combine, fromFutu, fromLongPort, futuQuotes, longPortQuotes, watchGroup } from "@tickwire/watchlist";
import { describe, expect, test } from "vitest";
import { Dice } from "./simulation/dice.ts";

const MINUTE_MS = 60_000;
const WEEK_MS = 7 * 24 * 60 * MINUTE_MS;
/** Coarse, so that a week takes seconds: only what happens between the quotes matters. */
const QUOTES_EVERY_MS = 10 * MINUTE_MS;
const DEAD_AFTER_MS = 30 * MINUTE_MS;
/** Also without an accident LongPort's sessions end by their time. */
const SESSION_LIFE_MS = 5 * 60 * MINUTE_MS;
const TOKENS = Array.from({ length: 200 }, (_, index) => `fake-bearer-${index}`);

function opendAt(clock: VirtualClock): FakeOpenD {
  const opend = new FakeOpenD({ clock, quoteIntervalMs: QUOTES_EVERY_MS, enforceLimits: true });
  // The usual 10 seconds would make 60,000 keep-alives.
  opend.on(InitConnect, ({ builtIn }) => {
    const { s2c, ...reply } = builtIn();
    return { ...reply, ...(s2c !== undefined && { s2c: { ...s2c, keepAliveInterval: 600 } }) };
  });
  return opend;
}

/** A client whose access token is renewed when the server has refused it. */
function longPortAt(clock: VirtualClock, dice: Dice) {
  const fake = new FakeLongPort({
    clock,
    quoteIntervalMs: QUOTES_EVERY_MS,
    sessionLifeMs: SESSION_LIFE_MS,
    bearerTokens: TOKENS,
  });
  let current = 0;
  const bearer = (refused: boolean) => TOKENS[refused ? ++current : current] as string;
  const lp = new LongPort({ bearer, fetch: fake.fetch, clock, random: () => dice.next() });
  return { fake, lp, expireToken: () => fake.expireToken(bearer(false)), renewals: () => current };
}

describe.each([1, 2, 3, 4, 5])("a week, seed %i", (seed) => {
  test("every gap of either broker is told, once, and no timer is left", async () => {
    const clock = new VirtualClock();
    const dice = new Dice(seed);
    const opend = opendAt(clock);
    const { fake, lp, expireToken, renewals } = longPortAt(clock, dice);
    const client = await connectSession(
      { transport: memoryTransport(opend, "ws"), clock, wire: wsWire(), random: () => dice.next() },
      { deadAfterMs: DEAD_AFTER_MS },
    );
    const quotes = await connectQuotes(lp, { createWebSocket: fake.createWebSocket, deadAfterMs: DEAD_AFTER_MS });
    const all = combine({ futu: fromFutu(client), longport: fromLongPort(lp) });
    const events = watchGroup(all, ["futu:A", "longport:Favourites"], {
      clock,
      intervalMs: 60 * MINUTE_MS,
      quotes: [longPortQuotes(quotes), futuQuotes(client)],
    });

    const counts = { items: 0, quote: 0, gap: 0, stale: 0, refused: 0, error: 0 };
    const errors = new Set<string>();
    /** Quotes that came late, of which no gap was told before or at the same time. */
    const holes: { readonly symbol: string; readonly lateMs: number; readonly atMs: number }[] = [];
    const lastAt = new Map<string, number>();
    const reading = (async () => {
      for await (const event of events) {
        counts[event.type] += 1;
        const atMs = clock.now();
        if (event.type === "gap") {
          lastAt.clear();
          // The present state may come before the last answer of the new connection, and with that the gap.
          while (holes.at(-1)?.atMs === atMs) holes.pop();
        } else if (event.type === "quote") {
          const lateMs = atMs - (lastAt.get(event.symbol) ?? atMs) - QUOTES_EVERY_MS;
          if (lateMs > 0) holes.push({ symbol: event.symbol, lateMs, atMs });
          lastAt.set(event.symbol, atMs);
        } else if (event.type === "error") errors.add(event.error.code);
      }
    })();

    /** Connections that were lost again before what was wanted was subscribed: their gap goes on. */
    let wasted = 0;
    const accidents: Record<string, () => void> = {
      "OpenD ends": () => opend.disconnect(),
      "OpenD's network breaks": () => opend.disconnect(new Error("the network broke")),
      "OpenD falls silent": () => opend.mute(),
      "OpenD starts anew": () => {
        opend.disconnect();
        opend.faults.add({ kind: "refuse", times: dice.between(1, 12) });
      },
      "LongPort's network breaks": () => fake.socket.disconnect(),
      "LongPort shuts down": () => fake.socket.closeAll(),
      "LongPort falls silent": () => fake.socket.mute(),
      "LongPort lets nobody in": () => {
        fake.socket.faults.add({ kind: "refuse-connection", times: dice.between(1, 12) });
        fake.socket.disconnect();
      },
      "LongPort's session expires": () => fake.socket.expireSessions(),
      "LongPort's session and token expire": () => {
        expireToken();
        fake.socket.expireSessions();
      },
      "LongPort breaks while it is subscribed to": () => {
        wasted += 1;
        fake.socket.faults.add({ kind: "drop", command: Subscribe.code });
        fake.socket.disconnect();
      },
      "both break": () => {
        opend.disconnect();
        fake.socket.disconnect();
      },
    };
    const happened = new Set<string>();
    while (clock.now() < WEEK_MS) {
      // Long enough that a dead peer is noticed and left before the next accident.
      await clock.advance(dice.between(45, 120) * MINUTE_MS + dice.between(0, 59_999));
      const accident = dice.pick(Object.keys(accidents));
      happened.add(accident);
      accidents[accident]?.();
    }
    await clock.advance(60 * MINUTE_MS);

    expect(happened).toEqual(new Set(Object.keys(accidents)));
    /** What the fakes saw: each connection on which it was subscribed, but the first, ends a gap. */
    const opendConnections = new Set(
      opend.requests.of(QotSub).flatMap(({ c2s, connID }) => (c2s.isSubOrUnSub ? connID : [])),
    );
    const longPortConnections = new Set(fake.socket.requests.of(Subscribe).map(({ connectionId }) => connectionId));
    const made = opendConnections.size - 1 + longPortConnections.size - 1 - wasted;
    expect(made).toBeGreaterThan(100);
    expect(counts).toMatchObject({ gap: made, refused: 0, stale: 0, items: 1 });
    expect(holes).toEqual([]);
    // A list that could not be read, because OpenD had fallen silent.
    expect([...errors]).toEqual(["WATCHLIST_FAILED"]);
    // It was live most of the time.
    expect(counts.quote).toBeGreaterThan((WEEK_MS / QUOTES_EVERY_MS) * lastAt.size * 0.9);
    expect(renewals()).toBeGreaterThan(0);

    await events.close();
    await reading;
    await Promise.all([client.close(), quotes.close()]);
    await clock.advance(0);
    expect([clock.pendingTimers, clock.wakeListeners]).toEqual([0, 0]);
  });
});
