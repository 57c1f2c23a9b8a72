import {
  type Dialect,
  formatSymbol,
  GetGlobalState,
  InitConnect,
  InitWebSocket,
  limitKey,
  QotGetBasicQot,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  type QotSubC2S,
  type RequestProtocol,
  RetType,
} from "@tickwire/session";
import { type AcceptedConnection, FakeOpenD, type Peer, type ReceivedRequest } from "@tickwire/testkit";
import { basicQuote, globalState, securityNamed } from "./replies.ts";
import type { World } from "./world.ts";

/** Requests whose content names them, so that the gateway's witness can count each. */
const idOf: Readonly<Record<number, (c2s: never) => string>> = {
  [GetGlobalState.id]: ({ userID }: { userID: bigint }) => (userID === 0n ? "" : `${userID}`),
  [QotGetUserSecurityGroup.id]: ({ groupType }: { groupType: number }) => `${groupType}`,
  [QotGetUserSecurity.id]: ({ groupName }: { groupName: string }) => groupName,
  [QotModifyUserSecurity.id]: ({ groupName }: { groupName: string }) => groupName,
};

const limited = [QotGetUserSecurityGroup, QotGetUserSecurity, QotModifyUserSecurity] as const;

/** The real fake gateway, whose answers tell which request they belong to, and a witness of what it receives. */
export class Gateway {
  readonly #world: World;
  readonly #opend: FakeOpenD;
  /** Ids of the requests that came. */
  readonly arrivals = new Set<string>();
  readonly #onlyOnce = new Set<string>();
  /** Writes that were done, by id. */
  readonly done = new Set<string>();
  /** Requests that were refused, by id. */
  readonly refused = new Set<string>();
  /** Per limit, when the requests of the last window came, counted here on its own. */
  readonly #times = new Map<string, number[]>();
  /** Per connection, units that it was refused alone. */
  readonly #refusedUnits = new Map<bigint, Set<string>>();
  /** Per connection, units that it has. */
  readonly #units = new Map<bigint, Set<string>>();
  #downUntil = 0;

  constructor(world: World) {
    this.#world = world;
    const opend = new FakeOpenD({
      clock: world.time.clock(world.farSide),
      enforceLimits: true,
      quoteIntervalMs: 3000,
      seed: world.dice.between(1, 1000),
    });
    this.#opend = opend;
    opend.on(InitConnect, ({ builtIn }) => this.#sometimes("login", builtIn()));
    opend.on(InitWebSocket, ({ builtIn }) => this.#sometimes("login", builtIn()));
    opend.on(GetGlobalState, ({ c2s, connID }) => this.#sometimes("reply", globalState(c2s.userID, connID)));
    opend.on(QotGetUserSecurityGroup, ({ c2s: { groupType } }) =>
      this.#refusing(`${groupType}`, { groupList: [{ groupName: `g${groupType}`, groupType }] }),
    );
    opend.on(QotGetUserSecurity, ({ c2s: { groupName } }) =>
      this.#refusing(groupName, {
        // Of what several may ask, the time tells how fresh it is.
        staticInfoList: [securityNamed(groupName.startsWith("s") ? `${groupName} ${world.time.now}` : groupName)],
      }),
    );
    opend.on(QotModifyUserSecurity, ({ c2s: { groupName } }) =>
      this.#refusing(groupName, {}, () => this.done.add(groupName)),
    );
    opend.on(QotGetBasicQot, ({ c2s: { securityList } }) =>
      this.#sometimes("reply", { basicQotList: securityList.map(basicQuote) }),
    );
    opend.on(QotSub, ({ c2s, connID, builtIn }) => this.#subscribe(c2s, connID, builtIn));
  }

  /** A request with this id may come once. */
  onlyOnce(id: string | undefined): void {
    if (id !== undefined) this.#onlyOnce.add(id);
  }

  get connections(): number {
    return this.#opend.connections;
  }

  /** Whether it takes connections now. */
  get isUp(): boolean {
    return this.#world.time.now >= this.#downUntil;
  }

  accept(dialect: Dialect, peer: Peer): AcceptedConnection {
    return this.#opend.accept(dialect, peer);
  }

  /** Ends every connection, forgets all, and refuses connections for a while. */
  restart(): void {
    const { dice, time } = this.#world;
    const ms = dice.between(0, 5000);
    this.#world.fault("server restart", `down for ${ms} ms`);
    this.#downUntil = time.now + ms;
    this.#opend.disconnect(dice.chance(0.5) ? undefined : new Error("the simulated gateway was killed"));
  }

  /** Nothing listens for a while. */
  refuseConnections(): void {
    this.#downUntil = this.#world.time.now + this.#world.dice.between(100, 20_000);
  }

  heal(): void {
    this.#downUntil = 0;
  }

  /** What it has for a connection, and what it refused that one. */
  unitsOf(connID: bigint): { readonly has: ReadonlySet<string>; readonly refused: ReadonlySet<string> } {
    return { has: this.#units.get(connID) ?? new Set(), refused: this.#refusedUnits.get(connID) ?? new Set() };
  }

  /** Looks at what came since the last step. */
  check(): void {
    for (const request of this.#opend.requests.all) {
      this.#countWindow(request);
      const id = idOf[request.protocol.id]?.(request.c2s as never) ?? "";
      if (id === "") continue;
      if (this.#onlyOnce.has(id) && this.arrivals.has(id))
        this.#world.fail("nothing is sent twice", `${id} came again`);
      this.arrivals.add(id);
    }
    this.#opend.requests.clear();
  }

  close(): void {
    this.#opend.close();
  }

  /** The rule, counted from the arrivals alone: no closed window holds more than the limit. */
  #countWindow({ protocol, c2s, atMs }: ReceivedRequest): void {
    const descriptor = limited.find(({ id }) => id === protocol.id);
    if (descriptor?.limit === undefined) return;
    const key = limitKey(descriptor as RequestProtocol<never, unknown>, c2s);
    if (key === undefined) return;
    const { requests, windowMs } = descriptor.limit;
    const times = (this.#times.get(key) ?? []).filter((time) => atMs - time <= windowMs);
    times.push(atMs);
    this.#times.set(key, times);
    if (times.length > requests)
      this.#world.fail("the rate limit is kept", `${times.length} of ${key} within ${windowMs} ms`);
  }

  /** At once as a rule; sometimes late, sometimes never. */
  #sometimes<T>(what: "login" | "reply", answer: T): T | Promise<T> {
    const { dice, time, isFaulty, farSide } = this.#world;
    const luck = dice.next();
    if (!isFaulty || luck > 0.06) return answer;
    if (luck < 0.015) {
      this.#world.fault(`no ${what}`);
      return new Promise(() => undefined);
    }
    const ms = dice.between(1, 20_000);
    this.#world.fault(`late ${what}`, `by ${ms} ms`);
    return new Promise((resolve) => time.startTimer(farSide, () => resolve(answer), ms));
  }

  #refusing<T>(id: string, answer: T, effect?: () => void) {
    if (this.#world.isFaulty && this.#world.dice.chance(0.05)) {
      this.#world.fault("refusal");
      this.refused.add(id);
      return this.#sometimes("reply", { retType: RetType.Failed, retMsg: "Unknown watchlists" });
    }
    effect?.();
    return this.#sometimes("reply", answer);
  }

  #subscribe(c2s: QotSubC2S, connID: bigint, builtIn: () => { retType: number }) {
    const { dice, isFaulty } = this.#world;
    const units = c2s.securityList.flatMap((security) =>
      c2s.subTypeList.map((subType) => `${formatSymbol(security)} ${subType}`),
    );
    const isRefused = isFaulty && dice.chance(units.length > 1 ? 0.2 : 0.08);
    if (isRefused) this.#world.fault("subscription refused");
    const reply = isRefused ? { retType: RetType.Failed, retMsg: "Unknown security" } : builtIn();
    const verb = `${c2s.isSubOrUnSub ? "subscribes" : "unsubscribes"} ${isRefused ? "(refused) " : ""}`;
    this.#world.note(`the gateway ${verb}${units.join(", ")} of connection ${connID % 1000n}`);
    const has = this.#units.get(connID) ?? new Set();
    this.#units.set(connID, has);
    const refused = this.#refusedUnits.get(connID) ?? new Set();
    this.#refusedUnits.set(connID, refused);
    if (reply.retType === RetType.Succeed)
      for (const unit of units) {
        if (c2s.isSubOrUnSub) has.add(unit);
        else has.delete(unit);
        refused.delete(unit);
      }
    else if (c2s.isSubOrUnSub && units.length === 1) refused.add(units[0] as string);
    return this.#sometimes("reply", reply);
  }
}
