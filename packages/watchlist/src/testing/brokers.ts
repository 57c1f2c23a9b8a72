// Both fakes in memory with their clients, and a clock that passes when nothing else moves.
import { LongPort, type LongPortOptions } from "@tickwire/longport";
import { type Client, type ClientOptions, connectSession, wsWire } from "@tickwire/session";
import {
  defaultFixture,
  type defaultLongPortFixture,
  FakeLongPort,
  type FakeLongPortOptions,
  FakeOpenD,
  type FakeOpenDOptions,
  type Fixture,
  memoryTransport,
  VirtualClock,
} from "@tickwire/testkit";
import { fromFutu } from "../futu.ts";
import { fromLongPort } from "../longport.ts";
import type { Watchlist } from "../types.ts";

export interface FutuBroker {
  readonly clock: VirtualClock;
  readonly opend: FakeOpenD;
  readonly client: Client;
  readonly watchlist: Watchlist;
  /** What a group holds at the fake, without the client. */
  members(group: string): Promise<string[]>;
}

export async function futuBroker(
  options: Omit<FakeOpenDOptions, "clock"> & { readonly clock?: VirtualClock } = {},
  clientOptions: ClientOptions = {},
): Promise<FutuBroker> {
  const clock = options.clock ?? new VirtualClock();
  const opend = new FakeOpenD({ ...options, clock });
  const connect = (more: ClientOptions) =>
    connectSession({ transport: memoryTransport(opend, "ws"), clock, wire: wsWire() }, more);
  const client = await connect(clientOptions);
  return {
    clock,
    opend,
    client,
    watchlist: fromFutu(client),
    async members(group) {
      await using other = await connect({ pacing: "off" });
      return (await fromFutu(other).items(group)).map(({ nativeId }) => nativeId);
    },
  };
}

export interface LongPortBroker {
  readonly clock: VirtualClock;
  readonly fake: FakeLongPort;
  readonly client: LongPort;
  readonly watchlist: Watchlist;
  /** What a group holds at the fake, by id or name; undefined where there is none. */
  members(group: string): Promise<string[] | undefined>;
}

/** By a bearer token, because signing takes real time; unless told otherwise without pacing, which would need `passing`. */
export function longPortBroker(
  options: Omit<FakeLongPortOptions, "clock"> & { readonly clock?: VirtualClock } = {},
  clientOptions: Partial<LongPortOptions> = {},
): LongPortBroker {
  const clock = options.clock ?? new VirtualClock();
  const fake = new FakeLongPort({ ...options, clock });
  const connect = () => new LongPort({ bearer: "fake-bearer-token", fetch: fake.fetch, clock, random: () => 0 });
  const client = new LongPort({
    bearer: "fake-bearer-token",
    fetch: fake.fetch,
    clock,
    random: () => 0,
    pacing: false,
    ...clientOptions,
  } as LongPortOptions);
  return {
    clock,
    fake,
    client,
    watchlist: fromLongPort(client),
    async members(group) {
      const list = await connect().watchlist.list();
      return list.find(({ id, name }) => `#${id}` === group || name === group)?.securities.map(({ symbol }) => symbol);
    },
  };
}

/** `HK.00001`, … : shares of Hong Kong that only tests know. */
export const shares = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `HK.${String(index + 1).padStart(5, "0")}`);

/** A gateway that knows these securities and has these groups, beside the system group with all of them. */
export function futuFixture(
  groups: Readonly<Record<string, readonly string[]>>,
  others: readonly string[] = [],
): Fixture {
  const [template] = defaultFixture.securities;
  const members = [...new Set(Object.values(groups).flat())];
  const symbols = [...new Set([...members, ...others])];
  return {
    gateway: { ...defaultFixture.gateway, watchlistCap: 2000 },
    securities: symbols.map((symbol, index) => ({ ...template!, symbol, name: symbol, id: BigInt(index + 1) })),
    groups: [
      { name: { en: "All", zh: "全部" }, type: "system", members },
      ...Object.entries(groups).map(([name, list]) => ({ name, type: "custom" as const, members: list })),
    ],
  };
}

/** An account that has these groups, with ids from 1 on, beside the group `all`. */
export const longPortFixture = (
  groups: Readonly<Record<string, readonly string[]>>,
): typeof defaultLongPortFixture => ({
  securities: [],
  groups: [
    { type: "all", id: 2630n, name: "all", securities: [...new Set(Object.values(groups).flat())] },
    ...Object.entries(groups).map(([name, securities], index) => ({
      type: "custom" as const,
      id: BigInt(index + 1),
      name,
      securities,
    })),
  ],
});
