// LongPort's quote client against the fake's quote socket, in memory and over real sockets, in virtual time.
import { CmdAuth, CmdHeartbeat, CmdReconnect, PushQuoteData, Subscribe } from "@tickwire/codec/longport";
import { connectQuotes, LongPort, type QuoteClient, type QuoteOptions, type QuoteStream } from "@tickwire/longport";
import { FakeLongPort, type FakeLongPortOptions, longPortSocketFaultKinds, VirtualClock } from "@tickwire/testkit";
import { listenLongPort } from "@tickwire/testkit/node";
import { afterEach, describe, expect, test } from "vitest";

interface World {
  readonly clock: VirtualClock;
  readonly fake: FakeLongPort;
  readonly lp: LongPort;
  connect(options?: QuoteOptions): Promise<QuoteClient>;
}

const signed = { appKey: "fake-app-key", appSecret: "fake-app-secret", accessToken: "fake-access-token" };
let closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

/** Every delay of the back-off is 0, so that what comes back needs no time to pass. */
function worldOf(fake: FakeLongPort, clock: VirtualClock, where: object, socket: QuoteOptions = {}): World {
  const lp = new LongPort({ ...signed, clock, random: () => 0, ...where });
  const connect = async (options: QuoteOptions = {}) => {
    const client = await connectQuotes(lp, { ...socket, ...options });
    closers.push(() => client.close());
    return client;
  };
  return { clock, fake, lp, connect };
}

const places: Record<string, (options?: FakeLongPortOptions) => Promise<World>> = {
  async "in memory"(options) {
    const clock = new VirtualClock();
    const fake = new FakeLongPort({ ...options, clock });
    return worldOf(fake, clock, { fetch: fake.fetch }, { createWebSocket: fake.createWebSocket });
  },
  async "over sockets"(options) {
    const clock = new VirtualClock();
    const fake = new FakeLongPort({ ...options, clock });
    const listening = await listenLongPort(fake);
    closers.push(() => listening.close());
    return worldOf(fake, clock, { baseUrl: listening.url });
  },
};

/** Signing takes real time, on threads of the runtime: what was begun there before is done with this. */
const signing = () => crypto.subtle.digest("SHA-1", new Uint8Array(0));

/** Lets all go on that needs no time, until it is so. */
async function until(clock: VirtualClock, condition: () => boolean): Promise<void> {
  for (let turns = 0; !condition(); turns++) {
    if (turns > 100_000) throw new Error(`never: ${condition}`);
    await signing();
    await clock.advance(0);
  }
}

/** Lets time pass as well, whenever nothing else goes on. */
async function passing(clock: VirtualClock, condition: () => boolean): Promise<void> {
  for (let turns = 1; !condition(); turns++) {
    if (turns > 50_000) throw new Error(`never: ${condition}`);
    await signing();
    await clock.advance(turns % 500 === 0 ? 5000 : 0);
  }
}

/** A stream with its gaps, and who the fake logged in. */
async function watched(client: QuoteClient, symbols: readonly string[] = ["700.HK", "AAPL.US"]) {
  const stream: QuoteStream = await client.subscribe(symbols);
  const gaps: number[] = [];
  stream.on("gap", ({ sinceMs }) => gaps.push(sinceMs));
  return { stream, gaps };
}

describe.each(Object.entries(places))("%s", (_, placeOf) => {
  test("starts by a token, a login and a subscription; the present state comes at once, and then each second", async () => {
    const { clock, fake, connect } = await placeOf();
    const client = await connect();
    expect(client.status()).toEqual({ state: "ready", isResumed: false, limit: 10, online: 1 });
    const { stream } = await watched(client);
    const first = [(await stream.next()).value, (await stream.next()).value];
    expect(first).toMatchObject([
      { symbol: "700.HK", lastDone: "364.400", open: "364.400" },
      { symbol: "AAPL.US", lastDone: "149.240", open: "149.240" },
    ]);
    // So far no time has passed.
    expect(clock.now()).toBe(0);
    const next = stream.next();
    await clock.advance(1000);
    expect((await next).value).toMatchObject({ symbol: "700.HK", lastDone: expect.stringMatching(/^\d+\.\d{3}$/) });
    expect(await client.snapshot(["AAPL.US"])).toMatchObject([{ symbol: "AAPL.US", prevClose: "149.240" }]);
    expect((await client.staticInfo(["700.HK"]))[0]).toMatchObject({ symbol: "700.HK", nameEn: "TENCENT" });

    expect(fake.requests.all.map(({ path }) => path)).toEqual(["/v1/socket/token"]);
    expect(fake.socket.requests.all.map(({ command }) => command.name)).toEqual([
      "CMD_AUTH",
      "Subscribe",
      "QuerySecurityQuote",
      "QuerySecurityStaticInfo",
    ]);
    expect(fake.socket.requests.of(CmdAuth)[0]?.message).toMatchObject({ token: "fake-otp-1" });
    await client.close();
    // What had come is read, then it ends.
    expect((await stream.next()).value).toMatchObject({ symbol: "AAPL.US" });
    expect(await stream.next()).toMatchObject({ done: true });
    await until(clock, () => fake.socket.connections === 0);
  });

  test("takes its session up on a new connection, subscribes again, and tells the gap", async () => {
    const { clock, fake, connect } = await placeOf();
    const client = await connect();
    const { stream, gaps } = await watched(client, ["700.HK"]);
    await stream.next();
    for (let lost = 1; lost <= 3; lost++) {
      fake.socket.disconnect();
      await until(clock, () => gaps.length === lost);
      expect(client.status()).toMatchObject({ state: "ready", isResumed: true });
      expect((await stream.next()).value).toMatchObject({ symbol: "700.HK", open: "364.400" });
    }
    expect(fake.socket.requests.of(CmdReconnect).map(({ message }) => message.sessionId)).toEqual(
      Array(3).fill("fake-session-1"),
    );
    expect(fake.socket.requests.of(Subscribe)).toHaveLength(4);
    expect([fake.requests.all.length, fake.socket.connections]).toEqual([1, 1]);
  });

  test("gets a new token when its session is over, told or not", async () => {
    const { clock, fake, connect } = await placeOf();
    const client = await connect();
    const { gaps } = await watched(client);
    fake.socket.expireSessions();
    await until(clock, () => gaps.length === 1);
    expect(client.status()).toMatchObject({ state: "ready", isResumed: false });
    // The farewell is lost: only the answer to CmdReconnect tells.
    fake.socket.faults.add({ kind: "reject", command: CmdReconnect.code, status: 5, code: 401 });
    fake.socket.disconnect();
    await until(clock, () => gaps.length === 2);
    expect(client.status()).toMatchObject({ state: "ready", isResumed: false });
    expect(fake.socket.requests.of(CmdAuth).map(({ message }) => message.token)).toEqual([
      "fake-otp-1",
      "fake-otp-2",
      "fake-otp-3",
    ]);
    expect(fake.socket.requests.of(CmdReconnect)).toHaveLength(1);
  });

  test("a session that ends by its time is followed by the next", async () => {
    const { clock, fake, connect } = await placeOf({ sessionLifeMs: 60_000 });
    const client = await connect();
    const { gaps } = await watched(client);
    for (let day = 1; day <= 3; day++) {
      await clock.advance(60_000);
      await until(clock, () => gaps.length === day);
    }
    expect(fake.socket.requests.of(CmdAuth)).toHaveLength(4);
    expect(fake.socket.requests.of(CmdReconnect)).toEqual([]);
  });

  test("a server that answers heartbeats lives, one that has fallen silent does not", async () => {
    const { clock, fake, connect } = await placeOf({ quoteIntervalMs: 1_000_000_000 });
    const client = await connect();
    const { gaps } = await watched(client);
    const beats = () => fake.socket.requests.of(CmdHeartbeat).length;
    for (let minute = 1; minute <= 10; minute++) {
      await clock.advance(30_000);
      await until(clock, () => beats() === minute);
    }
    expect(client.status()).toMatchObject({ state: "ready" });
    expect(fake.socket.requests.of(CmdReconnect)).toEqual([]);
    fake.socket.mute();
    await passing(clock, () => gaps.length === 1);
    expect(clock.now()).toBeGreaterThanOrEqual(300_000 + 90_000);
    expect(client.status()).toMatchObject({ state: "ready", isResumed: true });
  });

  test("everything may travel compressed, and comes in its order", async () => {
    const { clock, fake, connect } = await placeOf({ gzipFromBytes: 0 });
    const client = await connect();
    const { stream } = await watched(client, ["700.HK"]);
    const sequences: (bigint | undefined)[] = [];
    for (let push = 0; push < 20; push++) {
      const next = stream.next();
      if (push > 0) await clock.advance(1000);
      sequences.push((await next).value?.sequence);
    }
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, index) => BigInt(index + 1)));
    expect(fake.socket.connections).toBe(1);
  });

  test("one socket too many is refused, and the refusal says what to do", async () => {
    const { connect } = await placeOf({ maxConnections: 1 });
    await connect();
    await expect(connect()).rejects.toMatchObject({ code: "LONGPORT_CONNECTION_LIMIT", serverCode: 403 });
  });

  test.each(longPortSocketFaultKinds)("after the fault %s, wherever it comes, quotes go on", async (kind) => {
    const { clock, fake, connect } = await placeOf();
    const client = await connect();
    const { stream, gaps } = await watched(client, ["700.HK"]);
    let quotes = 0;
    void (async () => {
      for await (const _ of stream) quotes += 1;
    })();
    // `reject` never meets pushes.
    const meets = [CmdReconnect, CmdAuth, Subscribe, ...(kind === "reject" ? [] : [PushQuoteData])];
    for (const [index, { code }] of meets.entries()) {
      fake.socket.faults.add({ kind, command: code });
      // Only without a session the client logs in by a token.
      if (code === CmdAuth.code) fake.socket.expireSessions();
      else fake.socket.disconnect();
      await passing(clock, () => gaps.length > index && fake.socket.faults.planned.length === 0);
      const before = quotes;
      await passing(clock, () => quotes >= before + 2);
    }
    expect(client.status()).toMatchObject({ state: "ready" });
  });

  test("no timer is left when all are closed, whatever happened", async () => {
    const { clock, fake, connect } = await placeOf();
    const client = await connect();
    await watched(client);
    fake.socket.disconnect();
    await clock.advance(0);
    await client.close();
    for (const close of closers.splice(0).reverse()) await close();
    await until(clock, () => fake.socket.connections === 0);
    expect([clock.pendingTimers, clock.wakeListeners]).toEqual([0, 0]);
  });
});
