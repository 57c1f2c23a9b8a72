import { hash } from "node:crypto";
import {
  type CallOptions,
  type Client,
  CodecError,
  defaults,
  OpenDError,
  QotGetUserSecurityGroup,
  QotUpdateBasicQot,
  type RequestPacer,
  SubType,
} from "@tickwire/session";
import { type Asker, ask, chooseOptions } from "./asking.ts";
import { FaultyTransport } from "./faulty-transport.ts";
import type { Gateway } from "./gateway.ts";
import { Ledger } from "./ledger.ts";
import { Reader } from "./reader.ts";
import { CountedSignal } from "./signals.ts";
import type { Owner } from "./sim-time.ts";
import { StatusWitness } from "./status-witness.ts";
import type { SessionModule, World } from "./world.ts";

const SYMBOLS = ["HK.00700", "HK.09988", "HK.09626", "US.FUTU", "SH.600519", "SZ.000001"];
/** Requests of the client itself that may come on top of `maxInFlight`: heartbeats and subscriptions. */
const OWN_REQUESTS = 12;

/** Streams that are open at once. */
const MAX_READERS = 8;

/** What a callback throws here. */
class Thrown extends Error {}

/** A client, and what belongs to it. */
interface Life {
  readonly client: Client;
  readonly witness: StatusWitness;
  readonly owner: Owner;
}

/** An application with at most one client, which does things at random and notes what it is owed. */
export class User {
  readonly name: string;
  readonly transport: FaultyTransport;
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #session: SessionModule;
  readonly #pacer: RequestPacer;
  readonly #ledger: Ledger;
  readonly #shared = new CountedSignal();
  readonly #options;
  #life: Life | undefined;
  #connecting: Owner | undefined;
  /** Clients that have ended in this step. */
  #ended: Owner[] = [];
  #readers: Reader[] = [];
  #abortConnect: () => void = () => undefined;

  constructor(world: World, gateway: Gateway, session: SessionModule, pacer: RequestPacer, name: string) {
    this.name = name;
    this.#world = world;
    this.#gateway = gateway;
    this.#session = session;
    this.#pacer = pacer;
    this.transport = new FaultyTransport(world, gateway, name);
    this.transport.onSub = () => this.#maybeSubscribe();
    this.#ledger = new Ledger(world, gateway, this.transport.damagedReplies);
    const { dice } = world;
    this.#options = {
      timeoutMs: dice.pick([2000, 6000, 10_000]),
      connectTimeoutMs: dice.pick([1000, 8000]),
      // No multiples of 3, so that parts of a millisecond come up.
      deadAfterMs: dice.pick([4000, 10_000]),
      maxBodyBytes: 1_000_000,
      maxInFlight: dice.pick([4, 20, 100]),
      maxQueued: dice.pick([4, 20, 100]),
      retry: dice.pick(["never", "reads"] as const),
      whileDown: dice.pick(["wait", "wait", "reject"] as const),
      reconnect: {
        initialMs: dice.pick([50, 500]),
        maxMs: dice.pick([1000, 5000]),
        stableAfterMs: dice.pick([2000, 20_000]),
        maxAttempts: dice.pick([4, 1000]),
      },
      isComingBack: dice.chance(0.9),
      waitForOpenD: dice.chance(0.3),
      wakes: dice.chance(0.5),
    };
  }

  /** Whether there is a client, or will be. */
  get isBusy(): boolean {
    return this.#life !== undefined || this.#connecting !== undefined;
  }

  /** Clients whose clock tells them of waking up. */
  get wakeListeners(): number {
    return this.isBusy && this.#options.wakes ? 1 : 0;
  }

  /** Does one thing. */
  act(): void {
    const { dice } = this.#world;
    const life = this.#life;
    if (life === undefined) {
      if (this.#connecting === undefined && dice.chance(0.5)) void this.#connect();
      return;
    }
    const asker = this.#asker(life);
    switch (dice.weighted({ ask: 60, burst: 1, subscribe: 8, leave: 6, read: 12, close: 0.3 })) {
      case "ask":
        ask(asker);
        return;
      case "burst":
        for (let left = dice.between(5, 40); left > 0; left--) ask(asker);
        return;
      case "subscribe":
        this.#subscribe();
        return;
      case "leave":
        if (this.#readers.length > 0)
          void this.#readers.splice(dice.between(0, this.#readers.length - 1), 1)[0]?.close();
        return;
      case "read":
        for (const reader of this.#readers) void reader.read();
        return;
      case "close":
        this.close();
    }
  }

  close(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#world.note(`${this.name} closes its client`);
    void life.client.close();
    this.#forget(life.owner);
  }

  /** Gives up connecting, or closes. */
  giveUp(): void {
    this.#abortConnect();
    this.close();
  }

  /** What must hold after every step. */
  check(): void {
    const world = this.#world;
    const life = this.#life;
    if (life !== undefined && life.witness.state === "closed") {
      world.outcome("closed by itself");
      this.#forget(life.owner);
    }
    this.#ledger.check();
    this.transport.check();
    for (const owner of this.#ended) {
      if (owner.timers > 0) world.fail("no timer is left", `${owner.timers} of ${owner.name}`);
      if (this.#ledger.open > 0) world.fail("closing settles everything", `${this.#ledger.open} requests are open`);
      if (this.transport.live > 0) world.fail("no link is left", `${this.transport.live} of ${owner.name}`);
    }
    this.#ended = [];
    if (this.#life !== undefined) this.#checkLife(this.#life);
  }

  /** What must hold when the world was left in peace for long. */
  checkAtRest(peaceFrom: number): void {
    const world = this.#world;
    this.#ledger.checkArrivals();
    const life = this.#life;
    if (life === undefined) return;
    const { client, witness } = life;
    const status = client.status();
    if (status.state !== "ready") {
      world.fail("clients come back", `${this.name} is ${status.state}`);
      return;
    }
    if (witness.lostAt > peaceFrom) world.fail("good connections last", `one was lost at ${witness.lostAt} ms`);
    if (this.#ledger.open > 0 || status.waiting > 0)
      world.fail("everything settles in the end", `${this.#ledger.open} are open, ${status.waiting} wait`);
    const readers = this.#readers.filter((reader) => reader.isOpen);
    const wanted = new Set(readers.flatMap(({ units }) => units));
    const { has, refused } = this.#gateway.unitsOf(status.connId);
    const missing = [...wanted].filter((unit) => !has.has(unit) && !refused.has(unit));
    if (missing.length > 0) world.fail("what is wanted is subscribed", lacking(this.name, missing, readers));
    const left = [...has].filter((unit) => !wanted.has(unit));
    if (left.length > 0) world.fail("what nobody wants is given up", `${this.name} still has ${left.join(", ")}`);
    for (const { name, openedAt, gapAt } of readers)
      if (openedAt < witness.lostAt && gapAt < witness.readyAt)
        world.fail("gaps are told", `${name} heard nothing of the loss at ${witness.lostAt} ms`);
  }

  /** Asks something that has to succeed when the world was left in peace: no slot of a limit may have got lost. */
  tryLimits(): void {
    const life = this.#life;
    if (life === undefined) return;
    const { client } = life;
    const timeoutMs = 5000;
    const both = { id: undefined, isWrite: false, mustSucceed: true, signal: undefined, problem: () => undefined };
    const deadline = this.#world.time.now + timeoutMs;
    const options = { timeoutMs, whileDown: "reject", pacing: "reject" } as const;
    void this.#ledger.track(
      { ...both, name: "groups at rest", deadline },
      client.request(QotGetUserSecurityGroup, { groupType: this.#world.nextNumber() }, options),
    );
    void this.#ledger.track(
      { ...both, name: "group at rest", deadline },
      client.getUserSecurity(`r${this.#world.nextNumber()}`, options),
    );
  }

  /** What must hold when everything is over. */
  checkAtEnd(): void {
    if (this.#shared.listeners !== 0)
      this.#world.fail("no listener is left", `${this.#shared.listeners} on the signal that many shared`);
    this.#ledger.checkArrivals();
  }

  #checkLife({ client, witness }: Life): void {
    const world = this.#world;
    const { now } = world.time;
    const { maxInFlight, maxQueued, deadAfterMs } = this.#options;
    const status = client.status();
    if (status.state === "closed") return;
    if (status.inFlight > maxInFlight + OWN_REQUESTS)
      world.fail("buffers stay within their bound", `${status.inFlight} in flight, the limit is ${maxInFlight}`);
    if (status.waiting > maxQueued)
      world.fail("buffers stay within their bound", `${status.waiting} wait, the limit is ${maxQueued}`);
    const { link } = this.transport;
    if (status.state !== "ready" || link === undefined) return;
    const heardAt = Math.max(link.heardAt, witness.readyAt, world.wokenAt);
    if (now - heardAt > deadAfterMs)
      world.fail("silent peers are noticed", `nothing came on ${link.name} for ${now - heardAt} ms`);
  }

  #asker({ client }: Life): Asker {
    const world = this.#world;
    return {
      world,
      gateway: this.#gateway,
      ledger: this.#ledger,
      client,
      defaults: this.#options,
      shared: this.#shared,
    };
  }

  async #connect(): Promise<void> {
    const world = this.#world;
    const { time, dice } = world;
    const { connectSession, tcpWire, wsWire } = this.#session;
    const { isComingBack, wakes, ...options } = this.#options;
    const owner = time.owner(`a client of ${this.name}`);
    this.#connecting = owner;
    const witness = new StatusWitness(world, this.transport, isComingBack ? options.reconnect : defaults.reconnect);
    const counted = new CountedSignal();
    const abortInMs = dice.between(0, 60_000);
    const timer = time.startTimer(world.appSide, () => counted.abort(), abortInMs);
    this.#abortConnect = () => counted.abort();
    const promise = connectSession(
      {
        transport: this.transport,
        clock: time.clock(owner, wakes),
        wire: this.transport.dialect === "tcp" ? tcpWire((bytes) => hash("sha1", bytes, "latin1")) : wsWire("key"),
        random: () => dice.next(),
      },
      {
        ...options,
        reconnect: isComingBack && options.reconnect,
        pacer: this.#pacer,
        signal: counted.signal,
        telemetry: { connection: (change) => witness.changed(change) },
      },
    );
    const client = await this.#ledger.track(
      {
        name: `${this.name} connects`,
        id: undefined,
        isWrite: false,
        signal: counted,
        deadline:
          time.now + Math.min(abortInMs, options.waitForOpenD ? Number.POSITIVE_INFINITY : options.connectTimeoutMs),
        problem: () => undefined,
      },
      promise,
    );
    timer.cancel();
    this.#connecting = undefined;
    this.#abortConnect = () => undefined;
    if (client === undefined) {
      this.#ended.push(owner);
      return;
    }
    this.#life = { client, witness, owner };
    client.on("warning", (error) => this.#warned(error));
    client.on("resubscribed", ({ failed }) => world.outcome(failed.length > 0 ? "not restored" : "restored"));
    client.on("paced", () => world.outcome("paced"));
    client.on("status", () => {
      if (dice.chance(0.1)) throw new Thrown("a listener of this simulated user");
    });
  }

  #warned(error: unknown): void {
    this.#world.outcome("warning");
    const isExpected =
      error instanceof Thrown ||
      error instanceof CodecError ||
      (error instanceof OpenDError && error.code === "OPEND_SERVER" && error.protocol === "Qot_Sub");
    if (!isExpected) this.#world.fail("warnings are expected", `${error}`);
  }

  /** While another Qot_Sub is under way: a stream begins where another one ends. */
  #maybeSubscribe(): void {
    const { time, dice, appSide, isFaulty } = this.#world;
    if (isFaulty && dice.chance(0.3)) time.startTimer(appSide, () => this.#subscribe(), dice.between(0, 100));
  }

  #subscribe(): void {
    if (this.#life !== undefined && this.#readers.length < MAX_READERS) void this.#subscribeOn(this.#life);
  }

  async #subscribeOn(life: Life): Promise<void> {
    const { client } = life;
    const asker = this.#asker(life);
    const world = this.#world;
    const { dice } = world;
    const { deadline, counted, shareReads: _, ...options } = chooseOptions(asker);
    const buffer = dice.pick([1, 3, 1000]);
    const overflow = dice.pick(["conflate", "drop-oldest", "error"] as const);
    const symbols = SYMBOLS.filter(() => dice.chance(0.3));
    if (symbols.length === 0) symbols.push(dice.pick(SYMBOLS));
    const subTypes = dice.chance(0.7) ? [SubType.Basic] : [SubType.Basic, SubType.Ticker];
    const name = `reader ${world.nextNumber()}`;
    const reader = new Reader(world, { name, symbols, subTypes, buffer, overflow, isEager: dice.chance(0.5) });
    const to = { securities: symbols, subTypes };
    const all: CallOptions & { staleAfterMs: number | undefined } = {
      ...options,
      staleAfterMs: dice.chance(0.3) ? 4000 : undefined,
    };
    world.note(`${name} subscribes to ${reader.units.join(", ")}`);
    const onMessage = (message: Parameters<Reader["take"]>[0]) => {
      reader.take(message);
      if (dice.chance(0.05)) throw new Thrown("a callback of this simulated user");
    };
    const handle = await this.#ledger.track(
      { name, id: undefined, isWrite: false, signal: counted, deadline, problem: () => undefined },
      dice.chance(0.3)
        ? client.subscribe(QotUpdateBasicQot, to, { ...all, onMessage })
        : client.subscribe(QotUpdateBasicQot, to, { ...all, buffer, overflow }),
    );
    if (handle === undefined || this.#life?.client !== client) return;
    reader.begin(handle);
    this.#readers.push(reader);
  }

  /** The client is over. */
  #forget(owner: Owner): void {
    this.#life = undefined;
    this.#readers = [];
    this.#ended.push(owner);
  }
}

function lacking(name: string, missing: readonly string[], readers: readonly Reader[]): string {
  const of = readers.filter(({ units }) => units.some((unit) => missing.includes(unit)));
  return `${name} lacks ${missing.join(", ")} of ${of.map((reader) => reader.name).join(", ")}`;
}
