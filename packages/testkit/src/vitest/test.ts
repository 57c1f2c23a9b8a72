import {
  type Client,
  type ClientOptions,
  connectSession,
  type Dialect,
  sha1,
  TickwireError,
  tcpWire,
  wsWire,
} from "@tickwire/session";
import { type TestAPI, test as vitestTest } from "vitest";
import { FakeLongPort, type FakeLongPortOptions } from "../fake-longport.ts";
import { FakeOpenD } from "../fake-opend.ts";
import type { FakeOpenDOptions } from "../fake-opend-options.ts";
import { memoryTransport } from "../memory-link.ts";
import type { Listening, ListenOptions } from "../node/listen.ts";
import { Random } from "../random.ts";
import { VirtualClock } from "../virtual-clock.ts";
import { World } from "./world.ts";

/** What a test can ask for, and what `test.override` can choose. */
export interface TickwireFixtures {
  /** A fake OpenD on the test's time. After the test everything is closed, and `assertClean` must have nothing to tell. */
  opend: FakeOpenD;
  /** A client that is linked to `opend` in memory and has logged in. It is closed after the test. */
  client: Client;
  /** The time of all of them: it stands still until the test moves it. With real time there is none to ask for. */
  clock: VirtualClock;
  /** A fake LongPort on the test's time. After the test `assertClean` must have nothing to tell. */
  longport: FakeLongPort;
  /** `opend` on a TCP and a WebSocket port, for an app that knows only addresses; Node only. It is closed after the test. */
  server: Listening;
  /** Which wire `client` speaks. Default `"tcp"`; a project's `provide: { dialect: "ws" }` is heard, too. */
  dialect: Dialect;
  /** `"real"` lets real time pass for the fakes and the client. Default `"virtual"`. */
  time: "virtual" | "real";
  /** Options of `opend`. Default none. */
  opendOptions: Omit<FakeOpenDOptions, "clock">;
  /** Options of `client`. Default none. */
  clientOptions: ClientOptions;
  /** Options of `longport`. Default none. */
  longportOptions: Omit<FakeLongPortOptions, "clock">;
  /** Options of `server`. Default none: free ports of this machine. */
  listenOptions: ListenOptions;
}

/**
 * Vitest's `test` with fakes of both brokers in memory and in virtual time. A fixture is made for the tests that ask for it:
 *
 * ```ts
 * test("reads a group", async ({ client }) => {
 *   expect(await client.getUserSecurity("A")).toHaveLength(2);
 * });
 * ```
 */
export const test: TestAPI<TickwireFixtures> = vitestTest.extend<TickwireFixtures & { readonly world: World }>({
  dialect: ["tcp", { injected: true }],
  time: "virtual",
  opendOptions: {},
  clientOptions: {},
  longportOptions: {},
  listenOptions: {},
  world: async ({ time }, use) => {
    const world = new World(time);
    await use(world);
    await world.end();
  },
  clock: async ({ world: { clock } }, use) => {
    if (!(clock instanceof VirtualClock))
      throw new TickwireError(
        "TESTKIT_OPTION",
        'with time: "real" there is no clock to move: leave one of the two out',
      );
    await use(clock);
  },
  opend: async ({ world, opendOptions }, use) => {
    await use(world.checks(new FakeOpenD({ ...opendOptions, clock: world.clock })));
  },
  client: async ({ world, opend, dialect, opendOptions: { websocketKey }, clientOptions }, use) => {
    const random = new Random("client");
    const seams = {
      transport: memoryTransport(opend, dialect),
      clock: world.clock,
      wire: dialect === "tcp" ? tcpWire(sha1) : wsWire(websocketKey),
      random: () => random.next(),
    };
    await use(world.closes(await connectSession(seams, clientOptions)));
  },
  longport: async ({ world, longportOptions }, use) => {
    await use(world.checks(new FakeLongPort({ ...longportOptions, clock: world.clock })));
  },
  server: async ({ world, opend, listenOptions }, use) => {
    // Loaded when it is asked for, so that the rest works in browsers.
    const { listen } = await import("../node/listen.ts");
    await use(world.closes(await listen(opend, listenOptions)));
  },
});
