import { type Dialect, type Link, type LinkEvents, OpenDError, type Transport } from "@tickwire/session";
import { FaultyLink } from "./faulty-link.ts";
import type { Gateway } from "./gateway.ts";
import type { World } from "./world.ts";

/** Where one client gets its links from, and a witness that it never has two. */
export class FaultyTransport implements Transport {
  readonly dialect: Dialect;
  readonly address: string;
  /** The open link, or the last one. */
  link: FaultyLink | undefined;
  /** Serial numbers whose replies were damaged, on any link. */
  readonly damagedReplies = new Set<number>();
  /** Called when the client sends a Qot_Sub. */
  onSub: () => void = () => undefined;
  /** Before that time the client has said that it does not try again. */
  notBefore = 0;
  readonly #world: World;
  readonly #gateway: Gateway;
  readonly #latencyMs: number;
  #isOpening = false;
  #opened = 0;

  constructor(world: World, gateway: Gateway, name: string) {
    this.#world = world;
    this.#gateway = gateway;
    this.dialect = world.dice.pick(["tcp", "ws"]);
    this.address = `${name}:${this.dialect}`;
    this.#latencyMs = world.dice.pick([0, 2, 20, 200]);
  }

  /** Links that are open, or being opened. */
  get live(): number {
    return (this.#isOpening ? 1 : 0) + (this.link?.isOpen === true ? 1 : 0);
  }

  async open(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const world = this.#world;
    const { time, dice } = world;
    const name = `${this.address}/${++this.#opened}`;
    world.note(`${name} is being opened`);
    if (this.live > 0) world.fail("one link at a time", `${name} is opened beside ${this.link?.name ?? "another"}`);
    if (time.now < this.notBefore)
      world.fail("tries keep their delay", `${name} is opened before ${this.notBefore} ms`);
    signal.throwIfAborted();
    this.#isOpening = true;
    try {
      await this.#wait(signal);
    } finally {
      this.#isOpening = false;
    }
    if (!this.#gateway.isUp) {
      world.fault("connection refused", name);
      throw new OpenDError("OPEND_CONNECT_FAILED", `nothing listens at ${this.address}`);
    }
    const latencyMs = dice.chance(0.3) ? this.#latencyMs * 2 : this.#latencyMs;
    const link = new FaultyLink(
      { world, gateway: this.#gateway, dialect: this.dialect, name, latencyMs, events, onSub: () => this.onSub() },
      this.damagedReplies,
    );
    this.link = link;
    world.fault(`latency ${latencyMs === 0 ? "none" : `up to ${latencyMs} ms`}`, name);
    if (world.isFaulty && dice.chance(0.08)) link.sufferAtLogin();
    return link;
  }

  /** Looks at what can be seen from outside after every step. */
  check(): void {
    this.link?.check();
  }

  #wait(signal: AbortSignal): Promise<void> {
    const world = this.#world;
    const { time, dice } = world;
    return new Promise((resolve, reject) => {
      const hangs = world.isFaulty && dice.chance(0.04);
      if (hangs) world.fault("connect hangs", this.address);
      const timer = time.startTimer(
        world.nearNetwork,
        () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
        hangs ? 3_600_000 : dice.between(0, this.#latencyMs),
      );
      const onAbort = () => {
        timer.cancel();
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
