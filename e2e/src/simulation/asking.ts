import {
  type CallOptions,
  type Client,
  GetGlobalState,
  ModifyUserSecurityOp,
  QotGetBasicQot,
  QotGetUserSecurityGroup,
} from "@tickwire/session";
import type { Gateway } from "./gateway.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { CountedSignal } from "./signals.ts";
import type { World } from "./world.ts";

/** What an application has of its own for its requests. */
export interface Asker {
  readonly world: World;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly client: Client;
  /** What the client does unless told otherwise. */
  readonly defaults: { readonly timeoutMs: number; readonly retry: "never" | "reads" };
  /** A signal that many requests have in common. */
  readonly shared: CountedSignal;
}

/** How long answers are waited for, in milliseconds. */
const TIMEOUTS_MS = [30, 300, 1000, 4000, 9000];

/** Options of one call, and what they promise. */
export function chooseOptions({ world, defaults, shared }: Asker): CallOptions & {
  readonly deadline: number;
  readonly counted: CountedSignal | undefined;
  readonly retry: "never" | "reads";
} {
  const { dice, time, appSide } = world;
  const timeoutMs = dice.chance(0.5) ? dice.pick(TIMEOUTS_MS) : undefined;
  let deadline = time.now + (timeoutMs ?? defaults.timeoutMs);
  let counted: CountedSignal | undefined;
  if (dice.chance(0.15)) {
    const own = new CountedSignal();
    const inMs = dice.between(0, 5000);
    counted = own;
    if (dice.chance(0.05)) own.abort();
    else time.startTimer(appSide, () => own.abort(), inMs);
    deadline = Math.min(deadline, time.now + inMs);
  } else if (dice.chance(0.2)) counted = shared;
  return {
    deadline,
    counted,
    timeoutMs,
    retry: dice.chance(0.2) ? dice.pick(["never", "reads"] as const) : defaults.retry,
    signal: counted?.signal,
    ...(dice.chance(0.1) && { pacing: "reject" }),
    ...(dice.chance(0.1) && { whileDown: "reject" }),
    ...(dice.chance(0.1) && { shareReads: true }),
  };
}

/** A read that is joined began at most so long ago, in milliseconds: then it would have timed out. */
const OLDEST_MS = 10_000;

const kinds = { state: 5, groups: 3, group: 3, write: 3, quotes: 3, shared: 2, wrong: 0.4 };

/** Asks one thing at random. */
export function ask(asker: Asker): void {
  const { world, client, gateway, ledger } = asker;
  const { dice, time } = world;
  const { deadline, counted, ...options } = chooseOptions(asker);
  const kind = dice.weighted(kinds);
  const number = world.nextNumber();
  const track = <T>(
    init: Pick<Entry<T>, "problem"> & { id?: string; isWrite?: boolean; deadline?: number },
    promise: Promise<T>,
  ) => {
    const entry: Entry<T> = {
      name: `${kind} ${number}`,
      id: undefined,
      isWrite: false,
      deadline,
      signal: counted,
      ...init,
    };
    world.note(`${entry.name} is asked, until ${entry.deadline.toFixed(0)} ms`);
    if (entry.isWrite || options.retry === "never") gateway.onlyOnce(init.id);
    void ledger.track(entry, promise);
  };
  const differs = (got: unknown, wanted: unknown) =>
    got === wanted ? undefined : `the reply has ${got} instead of ${wanted}`;
  switch (kind) {
    case "state":
      track(
        { id: `${number}`, problem: ({ qotSvrIpAddr }) => differs(qotSvrIpAddr, `${number}`) },
        client.request(GetGlobalState, { userID: BigInt(number) }, options),
      );
      break;
    case "groups":
      track(
        { id: `${number}`, problem: ({ groupList }) => differs(groupList[0]?.groupName, `g${number}`) },
        client.request(QotGetUserSecurityGroup, { groupType: number }, options),
      );
      break;
    case "group":
      track(
        { id: `r${number}`, problem: ([info]) => differs(info?.basic.name, `r${number}`) },
        client.getUserSecurity(`r${number}`, options),
      );
      break;
    case "write":
      track(
        { id: `w${number}`, isWrite: true, problem: () => undefined },
        client.modifyUserSecurity(`w${number}`, ModifyUserSecurityOp.Add, ["HK.00700"], options),
      );
      break;
    case "quotes":
      track(
        { problem: ({ basicQotList }) => differs(basicQotList[0]?.security.code, `${number}`) },
        client.request(QotGetBasicQot, { securityList: [{ market: 1, code: `${number}` }] }, options),
      );
      break;
    case "shared": {
      const askedAt = time.now;
      const key = `s${dice.between(1, 3)}`;
      track(
        {
          problem([info]) {
            const [name, answeredAt] = info?.basic.name.split(" ") ?? [];
            return Number(answeredAt) < askedAt - OLDEST_MS ? "the reply is an old one" : differs(name, key);
          },
        },
        client.getUserSecurity(key, { ...options, shareReads: true }),
      );
      break;
    }
    case "wrong":
      track(
        { deadline: time.now, isWrite: true, id: `w${number}`, problem: () => "it is wrong and succeeded" },
        client.modifyUserSecurity(`w${number}`, ModifyUserSecurityOp.Add, ["nowhere"], options),
      );
      break;
  }
}
