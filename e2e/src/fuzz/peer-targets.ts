// The fake gateway, the client and LongPort's client as a whole: whatever the peer sends, nothing is thrown and nothing
// stays open.
import { setImmediate as nextTurn } from "node:timers/promises";
import { LongPort, LongPortError } from "@tickwire/longport";
import {
  connectSession,
  type Dialect,
  type LinkEvents,
  Notify,
  OpenDError,
  QotUpdateBasicQot,
  type Transport,
} from "@tickwire/session";
import { FakeLongPort, FakeOpenD, VirtualClock } from "@tickwire/testkit";
import { concat } from "../../../packages/codec/src/testing/bytes.ts";
import { damage } from "../../../packages/codec/src/testing/mutate.ts";
import { anyBytes, chunked, type Direction, damagedFrames } from "./damage.ts";
import { expectedRequests } from "./expected.ts";
import { ACCEPTED, type Input, must, type Target } from "./target.ts";
import { askAll, type Traffic, wires } from "./traffic.ts";

/** A client that has logged in, most often, and then sends anything. */
export function fakeTarget({ dialect, requests: [login, ...requests] }: Traffic): Target {
  return {
    name: `fake gateway, ${dialect}`,
    weight: 8,
    make(random) {
      const start = random.once(8) ? [] : [login!];
      return [...start, ...sent(requests, { dialect, from: "client" }, random)];
    },
    run: (input) => serve(dialect, input),
  };
}

/** The gateway answers each frame, or ends the connection. */
function serve(dialect: Dialect, input: Input): string {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock });
  let [written, isClosed] = [0, false];
  const connection = opend.accept(dialect, {
    write() {
      written += 1;
    },
    close() {
      isClosed = true;
    },
  });
  for (const chunk of input) connection.receive(chunk);
  const { count, isRefused } = expectedRequests(dialect, input);
  must(
    isClosed === isRefused,
    isClosed ? "closed, for no reason" : "what came cannot be read, and the connection is open",
  );
  must(isClosed || written >= count, `${count} requests came, and ${written} frames were sent`);
  connection.closed();
  must(opend.connections === 0, "the connection is still counted");
  opend.close();
  must(clock.pendingTimers === 0, "a timer is left");
  return isClosed ? "closed" : ACCEPTED;
}

/** A gateway that lets the client in, and then sends anything. */
export function clientTarget(traffic: Traffic): Target {
  const { dialect, replies } = traffic;
  return {
    name: `client, ${dialect}`,
    weight: 5,
    make: (random) => sent(replies.slice(1), { dialect, from: "gateway" }, random),
    run: (input) => converse(traffic, input),
  };
}

/** Every request settles when the link ends, and `close` leaves no timer. */
async function converse({ dialect, replies: [welcome] }: Traffic, input: Input): Promise<string> {
  const clock = new VirtualClock();
  let link: { readonly events: LinkEvents; isOpen: boolean } | undefined;
  const transport: Transport = {
    dialect,
    address: "fuzz:",
    async open(events) {
      const opened = { events, isOpen: true };
      link = opened;
      let isGreeted = false;
      return {
        write() {
          if (!isGreeted) queueMicrotask(() => events.data(welcome!));
          isGreeted = true;
          return true;
        },
        close() {
          if (opened.isOpen) queueMicrotask(() => events.closed());
          opened.isOpen = false;
        },
      };
    },
  };
  const client = await connectSession({ transport, clock, wire: wires[dialect] }, { reconnect: false });
  const ignore = { onMessage: () => undefined };
  client.pushes(Notify, ignore);
  client.pushes(QotUpdateBasicQot, ignore);
  const asked = Promise.allSettled(askAll(client, dialect));
  const { events } = link!;
  for (const chunk of input) if (link!.isOpen) events.data(chunk);
  if (link!.isOpen) {
    link!.isOpen = false;
    events.closed();
  }
  await nextTurn();
  const settled = await Promise.race([asked, undefined]);
  must(settled !== undefined, "a request is still waiting after the link has ended");
  await client.close();
  must(clock.pendingTimers === 0, "a timer is left");
  const [reason] = settled.filter((result) => result.status === "rejected").map((result): unknown => result.reason);
  if (reason === undefined) return ACCEPTED;
  if (!(reason instanceof OpenDError)) throw reason;
  return reason.code;
}

function sent(
  frames: readonly Uint8Array[],
  direction: Direction,
  random: Parameters<Target["make"]>[0],
): Uint8Array[] {
  const { dialect } = direction;
  // Among them now and then all of what is right.
  const messages = random.once(8)
    ? [anyBytes(dialect, random)]
    : [...(random.once(4) ? frames : []), ...damagedFrames(frames, direction, random)];
  return dialect === "ws" ? messages : chunked(concat(...messages), random);
}

/** A server whose reply to a list of watchlists is damaged. */
export async function longPortTarget(): Promise<Target> {
  const credentials = { bearer: "fake-bearer-token", pacing: false, retries: 0 } as const;
  let text = "";
  const { fetch } = new FakeLongPort();
  const taken = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    text = await response.clone().text();
    return response;
  };
  await new LongPort({ ...credentials, fetch: taken }).watchlist.list();
  const body = new TextEncoder().encode(text);
  return {
    name: "LongPort's client",
    weight: 1,
    make: (random) => [random.once(20) ? random.bytes(random.below(100)) : damage(body, random)],
    async run([bytes]) {
      const clock = new VirtualClock();
      const client = new LongPort({ ...credentials, clock, fetch: async () => new Response(bytes! as BodyInit) });
      try {
        await client.watchlist.list();
        return ACCEPTED;
      } catch (error) {
        if (!(error instanceof LongPortError)) throw error;
        return error.code;
      } finally {
        must(clock.pendingTimers === 0, "a timer is left");
      }
    },
  };
}
