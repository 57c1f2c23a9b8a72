import type { ConnectionChange, SessionState } from "@tickwire/session";
import type { FaultyTransport } from "./faulty-transport.ts";
import type { World } from "./world.ts";

type State = SessionState["state"];

const next: Readonly<Record<State, readonly State[]>> = {
  connecting: ["ready", "reconnecting", "closed"],
  ready: ["reconnecting", "closed"],
  reconnecting: ["reconnecting", "ready", "closed"],
  closed: [],
};

export interface Delays {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly stableAfterMs: number;
}

/** Follows what a client says of its connection, and whether that makes sense. */
export class StatusWitness {
  state: State = "connecting";
  /** By the world's time; negative infinity for never. */
  readyAt = Number.NEGATIVE_INFINITY;
  lostAt = Number.NEGATIVE_INFINITY;
  readonly #world: World;
  readonly #transport: FaultyTransport;
  readonly #delays: Delays;
  #attempt = 0;

  constructor(world: World, transport: FaultyTransport, delays: Delays) {
    this.#world = world;
    this.#transport = transport;
    this.#delays = delays;
    transport.notBefore = 0;
  }

  changed({ state, attempt = 0, delayMs = 0, error }: ConnectionChange): void {
    const world = this.#world;
    const { now } = world.time;
    world.note(`${this.#transport.address} is ${state} ${attempt || ""} ${error ?? ""}`);
    world.outcome(`status ${state}`);
    if (!next[this.state].includes(state)) world.fail("states follow each other", `${state} after ${this.state}`);
    if (state === "ready") this.readyAt = now;
    if (this.state === "ready") this.lostAt = now;
    if (state === "reconnecting") {
      const { initialMs, maxMs, stableAfterMs } = this.#delays;
      if (this.state === "ready" && now - this.readyAt >= stableAfterMs) this.#attempt = 0;
      this.#attempt += 1;
      if (attempt !== this.#attempt) world.fail("tries are counted", `try ${attempt} should be ${this.#attempt}`);
      if (delayMs > Math.min(maxMs, initialMs * 2 ** (attempt - 1)))
        world.fail("delays stay within their cap", `${delayMs} ms before try ${attempt}`);
      this.#transport.notBefore = now + delayMs;
    }
    this.state = state;
  }
}
