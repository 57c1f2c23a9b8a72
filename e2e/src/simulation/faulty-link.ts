import { type Dialect, type Link, type LinkEvents, QotSub } from "@tickwire/session";
import type { AcceptedConnection } from "@tickwire/testkit";
import { type Damage, damaged, damages, nameOf, relayLostOpenD } from "./frames.ts";
import type { Gateway } from "./gateway.ts";
import { type Parcel, Pipe } from "./pipe.ts";
import type { World } from "./world.ts";

/** How long a frame waits at most to be overtaken, in milliseconds. */
const OVERTAKE_MS = 400;
/** What is under way when the client closes may arrive for so long, in milliseconds: less than the pacer's margin. */
const LAST_BYTES_MS = 40;

export interface FaultyLinkInit {
  readonly world: World;
  readonly gateway: Gateway;
  readonly dialect: Dialect;
  readonly name: string;
  readonly latencyMs: number;
  readonly events: LinkEvents;
  /** The client sends a Qot_Sub. */
  readonly onSub: () => void;
}

/** A link with the faults of networks, and a witness of what the session does with it. */
export class FaultyLink implements Link {
  readonly name: string;
  readonly dialect: Dialect;
  readonly #world: World;
  readonly #events: LinkEvents;
  readonly #onSub: () => void;
  readonly #toGateway: Pipe;
  readonly #toClient: Pipe;
  readonly #server: AcceptedConnection;
  /** The client has neither closed it nor heard of its end. */
  isOpen = true;
  #isServerOpen = true;
  /** The peer takes bytes and answers nothing. */
  #isMute = false;
  /** The client was told to wait. */
  #isFull = false;
  #isSlow = false;
  #lastSerial = 0;
  /** When the client heard of the peer last. */
  heardAt: number;
  /** Serial numbers whose replies were damaged. */
  readonly #damagedReplies: Set<number>;
  /** What the next frame towards the client, or the gateway, suffers. */
  #nextDown: "drop" | "duplicate" | "overtake" | Damage | undefined;
  #nextUp: "drop" | Damage | undefined;
  #overtaken: Uint8Array | undefined;
  /** Why the client has to end it at once. */
  #mustEnd: string | undefined;
  /** Frame boundaries are lost. */
  #isTorn = false;

  constructor(
    { world, gateway, dialect, name, latencyMs, events, onSub }: FaultyLinkInit,
    damagedReplies: Set<number>,
  ) {
    this.name = name;
    this.dialect = dialect;
    this.#damagedReplies = damagedReplies;
    this.heardAt = world.time.now;
    this.#world = world;
    this.#events = events;
    this.#onSub = onSub;
    const both = { world, latencyMs, isStream: dialect === "tcp" };
    this.#toGateway = new Pipe({ ...both, owner: world.farSide, deliver: (parcel) => this.#arriveAtGateway(parcel) });
    this.#toClient = new Pipe({ ...both, owner: world.nearNetwork, deliver: (parcel) => this.#arriveAtClient(parcel) });
    this.#server = gateway.accept(dialect, {
      write: (bytes) => this.#sendDown(bytes),
      close: (cause) => {
        this.#isServerOpen = false;
        this.#toClient.send({ cause });
      },
    });
  }

  write(bytes: Uint8Array): boolean {
    if (!this.isOpen) return true;
    const world = this.#world;
    const { dice, time } = world;
    const { protoId, serialNo } = nameOf(this.dialect, bytes);
    const what = `${this.name} writes ${protoId} #${serialNo}`;
    // In a time of peace heartbeats would fill the report.
    if (world.isFaulty || protoId === QotSub.id) world.note(what);
    if (this.#isFull) world.fail("writes wait for drain", what);
    if (serialNo <= this.#lastSerial) world.fail("serials are unique", `${what} after #${this.#lastSerial}`);
    this.#lastSerial = serialNo;
    if (protoId === QotSub.id) this.#onSub();
    this.#sendUp(bytes);
    if (!this.#isSlow || dice.chance(0.3)) return true;
    this.#isFull = true;
    time.startTimer(
      world.nearNetwork,
      () => {
        this.#isFull = false;
        if (this.isOpen) this.#events.drain();
      },
      dice.between(1, 1500),
    );
    return false;
  }

  close(): void {
    if (!this.isOpen) return;
    this.#world.note(`${this.name} is closed by the client`);
    this.#endHere();
    this.#toClient.cut();
    this.#toGateway.cut(this.#world.dice.chance(0.5) ? LAST_BYTES_MS : -1);
    this.#toGateway.send({ cause: undefined });
    this.#world.time.startTimer(this.#world.nearNetwork, () => this.#events.closed(), 0);
  }

  /** What no session may get wrong, looked at after every step. */
  check(): void {
    if (this.#mustEnd !== undefined && this.isOpen)
      this.#world.fail("unreadable streams end", `${this.name} goes on after ${this.#mustEnd}`);
  }

  /** One fault, at random, or later with one of the next frames. */
  suffer(): void {
    const { dice } = this.#world;
    switch (
      dice.weighted({ drop: 2, duplicate: 5, overtake: 5, stall: 4, corrupt: 4, slow: 3, mute: 2, relay: 1, up: 2 })
    ) {
      case "drop":
        this.#nextDown = "drop";
        break;
      case "duplicate":
        this.#nextDown = "duplicate";
        break;
      case "overtake":
        this.#nextDown = "overtake";
        break;
      case "stall":
        this.#stall();
        break;
      case "corrupt":
        this.#nextDown = dice.pick(Object.keys(damages[this.dialect])) as Damage;
        break;
      case "slow":
        this.#isSlow = !this.#isSlow;
        if (this.#isSlow) this.#world.fault("slow peer", this.name);
        break;
      case "mute":
        this.#mute();
        break;
      case "relay":
        if (this.dialect === "ws" && this.#isServerOpen) {
          this.#world.fault("relay lost OpenD", this.name);
          this.#toClient.send({ bytes: relayLostOpenD() });
        }
        break;
      case "up":
        this.#nextUp = dice.pick(["drop", "magic", ...(this.dialect === "tcp" ? (["sha1", "body"] as const) : [])]);
        break;
    }
  }

  /** Something other than OpenD seems to be there. */
  sufferAtLogin(): void {
    this.#nextDown = this.#world.dice.pick(["drop", "magic", this.dialect === "tcp" ? "size" : "body"]);
  }

  /** The network is fine again, but what is lost stays lost. */
  heal(): void {
    this.#toGateway.heal();
    this.#toClient.heal();
    this.#isSlow = false;
    this.#nextDown = undefined;
    this.#nextUp = undefined;
  }

  #stall(): void {
    const { dice } = this.#world;
    const isUp = dice.chance(0.5);
    const ms = dice.between(100, dice.chance(0.2) ? 40_000 : 4000);
    this.#world.fault(`stall ${isUp ? "up" : "down"}`, `${this.name} ${ms} ms`);
    (isUp ? this.#toGateway : this.#toClient).stall(ms);
  }

  #mute(): void {
    this.#isMute = true;
    const isGone = this.#world.dice.chance(0.5);
    this.#world.fault(isGone ? "half-open" : "mute", this.name);
    this.#toClient.cut();
    if (!isGone) return;
    this.#isServerOpen = false;
    this.#server.closed();
  }

  /** The client has ended it, or has heard of its end. */
  #endHere(): void {
    this.isOpen = false;
  }

  #sendUp(bytes: Uint8Array): void {
    const fault = this.#nextUp;
    this.#nextUp = undefined;
    if (fault === "drop") {
      this.#break("up", this.#toGateway, bytes);
      return;
    }
    if (fault !== undefined) this.#world.fault(`corrupt ${fault} up`, this.name);
    this.#split(
      this.#toGateway,
      fault === undefined ? bytes : damaged(this.dialect, bytes, fault, this.#world.dice.next()),
    );
  }

  #sendDown(bytes: Uint8Array): void {
    if (this.#isMute || !this.isOpen) return;
    const world = this.#world;
    const fault = this.#nextDown;
    if (fault === undefined || this.#isTorn) {
      this.#split(this.#toClient, bytes);
      this.#release();
      return;
    }
    if (fault === "overtake") {
      if (this.#overtaken !== undefined) {
        this.#split(this.#toClient, bytes);
        return;
      }
      this.#nextDown = undefined;
      this.#overtaken = bytes;
      world.time.startTimer(world.farSide, () => this.#release(), OVERTAKE_MS);
      return;
    }
    this.#nextDown = undefined;
    if (fault === "drop") this.#break("down", this.#toClient, bytes);
    else if (fault === "duplicate") {
      world.fault("duplicate", this.name);
      this.#split(this.#toClient, bytes);
      this.#split(this.#toClient, bytes);
    } else this.#damage(fault, bytes);
  }

  #release(): void {
    const bytes = this.#overtaken;
    this.#overtaken = undefined;
    if (bytes === undefined || !this.#isServerOpen || this.#isMute) return;
    this.#world.fault("reorder", this.name);
    this.#split(this.#toClient, bytes);
  }

  #damage(damage: Damage, bytes: Uint8Array): void {
    const { protoId, serialNo } = nameOf(this.dialect, bytes);
    this.#world.fault(`corrupt ${damage}`, `${this.name} ${protoId} #${serialNo}`);
    this.#damagedReplies.add(serialNo);
    // Behind a wrong length everything is damaged.
    if (damage === "length") this.#isTorn = true;
    const copy = damaged(this.dialect, bytes, damage, this.#world.dice.next());
    this.#split(this.#toClient, copy);
    if (damage === "magic" || damage === "size") {
      this.#isTorn = true;
      this.#toClient.send({
        arrived: () => {
          this.#mustEnd = damage;
        },
      });
    }
  }

  /** The connection breaks in the middle of a frame. */
  #break(way: "up" | "down", pipe: Pipe, bytes: Uint8Array): void {
    const { dice } = this.#world;
    this.#world.fault(`drop ${way}`, this.name);
    // A WebSocket gives whole messages only.
    if (this.dialect === "tcp") pipe.send({ bytes: bytes.subarray(0, dice.between(1, bytes.length - 1)) });
    this.#isServerOpen = false;
    this.#isMute = true;
    this.#server.closed();
    this.#toClient.send({ cause: new Error("the simulated network broke") });
  }

  #split(pipe: Pipe, bytes: Uint8Array): void {
    const { dice } = this.#world;
    if (this.dialect === "ws" || !this.#world.isFaulty || dice.chance(0.8)) {
      pipe.send({ bytes });
      return;
    }
    this.#world.fault("split");
    let start = 0;
    for (let left = dice.between(2, 5); start < bytes.length; left--) {
      const end = left <= 1 ? bytes.length : dice.between(start + 1, bytes.length);
      pipe.send({ bytes: bytes.slice(start, end) });
      start = end;
    }
  }

  #arriveAtGateway(parcel: Parcel): void {
    if (!this.#isServerOpen) return;
    if ("cause" in parcel) {
      this.#isServerOpen = false;
      this.#server.closed();
    } else if ("bytes" in parcel && !this.#isMute) this.#server.receive(parcel.bytes);
  }

  #arriveAtClient(parcel: Parcel): void {
    if (!this.isOpen) return;
    if ("cause" in parcel) {
      this.#world.note(`${this.name} hears of its end`);
      this.#endHere();
      this.#events.closed(parcel.cause);
      return;
    }
    if ("arrived" in parcel) {
      parcel.arrived();
      return;
    }
    this.heardAt = this.#world.time.now;
    this.#events.data(parcel.bytes);
  }
}
