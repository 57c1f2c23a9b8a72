import type { Timer } from "@tickwire/session";
import type { Owner } from "./sim-time.ts";
import type { World } from "./world.ts";

/** What travels: bytes, or the end, or a sign that all before it has arrived. */
export type Parcel =
  | { readonly bytes: Uint8Array }
  | { readonly cause: Error | undefined }
  | { readonly arrived: () => void };

interface Sent {
  readonly parcel: Parcel;
  readonly at: number;
}

export interface PipeInit {
  readonly world: World;
  readonly owner: Owner;
  readonly latencyMs: number;
  /** Whether bytes have no boundaries, as in TCP. */
  readonly isStream: boolean;
  readonly deliver: (parcel: Parcel) => void;
}

/** One direction of a link: everything arrives in order, after a latency that varies. */
export class Pipe {
  readonly #world: World;
  readonly #owner: Owner;
  readonly #latencyMs: number;
  readonly #deliver: (parcel: Parcel) => void;
  readonly #isStream: boolean;
  #queue: Sent[] = [];
  #timer: Timer | undefined;
  #lastAt = 0;
  #stalledUntil = 0;

  constructor({ world, owner, latencyMs, isStream, deliver }: PipeInit) {
    this.#world = world;
    this.#isStream = isStream;
    this.#owner = owner;
    this.#latencyMs = latencyMs;
    this.#deliver = deliver;
  }

  send(parcel: Parcel): void {
    const { time, dice } = this.#world;
    this.#lastAt = Math.max(this.#lastAt, time.now + dice.between(0, this.#latencyMs));
    this.#queue.push({ parcel, at: this.#lastAt });
    if (this.#queue.length === 1) this.#arm();
  }

  /** Nothing arrives for a while. */
  stall(ms: number): void {
    this.#stalledUntil = Math.max(this.#stalledUntil, this.#world.time.now + ms);
    this.#arm();
  }

  /** Ends what stall there is. */
  heal(): void {
    this.#stalledUntil = 0;
    this.#arm();
  }

  /** What is under way is lost, but for what arrives within `ms` anyway. */
  cut(ms = -1): void {
    const { now } = this.#world.time;
    this.#queue = this.#stalledUntil > now + ms ? [] : this.#queue.filter(({ at }) => at <= now + ms);
    this.#arm();
  }

  #arm(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const [first] = this.#queue;
    if (first === undefined) return;
    const { time } = this.#world;
    const inMs = Math.max(first.at, this.#stalledUntil) - time.now;
    this.#timer = time.startTimer(this.#owner, () => this.#pump(), inMs);
  }

  #pump(): void {
    this.#timer = undefined;
    const sent = this.#queue.shift();
    // Set first, because what takes the parcel may cut the pipe.
    this.#arm();
    if (sent !== undefined) this.#deliver(this.#withNext(sent.parcel));
  }

  /** Chunks that are there at once may come as one. */
  #withNext(parcel: Parcel): Parcel {
    const [next] = this.#queue;
    const { time, dice } = this.#world;
    if (next === undefined || !("bytes" in parcel) || !("bytes" in next.parcel)) return parcel;
    if (!this.#isStream || next.at > time.now || dice.chance(0.5)) return parcel;
    this.#queue.shift();
    this.#arm();
    const joined = new Uint8Array(parcel.bytes.length + next.parcel.bytes.length);
    joined.set(parcel.bytes);
    joined.set(next.parcel.bytes, parcel.bytes.length);
    return { bytes: joined };
  }
}
