import type { Clock, Dialect, Timer } from "@tickwire/session";
import type { CorruptPart, MessageFault } from "./faults.ts";

/** The way back to a peer, which a listener or a memory link gives. */
export interface Peer {
  /** Sends bytes: any chunk of the TCP stream, or one whole WebSocket message. They are not changed afterwards. */
  write(bytes: Uint8Array): void;
  /** Sends a part of a WebSocket message, as a frame of its own. Absent where a message cannot be split. */
  writePart?(bytes: Uint8Array, isLast: boolean): void;
  /** Ends the link once what was written is sent. @param cause Present for a break: the peer shall see no orderly end. */
  close(cause?: Error): void;
}

/** What a {@link FaultyPeer} is between. */
export interface FaultyPeerInit {
  readonly peer: Peer;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /** Ends the connection. */
  readonly end: (cause?: Error) => void;
}

/** The way back to a peer, on which faults happen to what is sent. */
export class FaultyPeer {
  readonly #init: FaultyPeerInit;
  readonly #timers = new Set<Timer>();
  #isMute = false;
  /** What waits for the end of a stall. */
  #held: (() => void)[] | undefined;
  /** What waits for the next message. */
  #overtaken: (() => void) | undefined;

  constructor(init: FaultyPeerInit) {
    this.#init = init;
  }

  /** Sends a whole frame, or what the fault makes of it. */
  send(bytes: Uint8Array, fault?: MessageFault): void {
    const write = (frame = bytes) => this.#put(() => this.#init.peer.write(frame));
    switch (fault?.kind) {
      case "drop":
        this.#put(() => this.#part(bytes, 0, cutOf(fault, bytes)));
        this.drop(fault);
        break;
      case "stall": {
        const cut = cutOf(fault, bytes);
        this.#put(() => this.#part(bytes, 0, cut));
        this.#put(() => this.stall(fault.forMs));
        this.#put(() => this.#part(bytes, cut, bytes.length));
        break;
      }
      case "fragment":
        this.#put(() => this.#inChunks(bytes, fault.chunkBytes ?? 1));
        break;
      case "corrupt":
        write(corrupted(bytes, fault.part));
        break;
      case "duplicate":
        write();
        write();
        break;
      case "reorder":
        if (this.#overtaken === undefined) this.#overtaken = () => this.#init.peer.write(bytes);
        else write();
        break;
      case "late":
        if (fault.delayMs !== undefined) this.#later(fault.delayMs, () => write());
        break;
      default:
        write();
    }
  }

  /** Ends the connection by a fault. */
  drop({ broken = false }: { readonly broken?: boolean }): void {
    this.#init.end(broken ? new Error("the connection broke, by a planned fault") : undefined);
  }

  /** Says nothing more, for so long or for good, and leaves the link open. */
  stall(forMs?: number): void {
    if (forMs === undefined) this.#isMute = true;
    else {
      this.#held ??= [];
      this.#later(forMs, () => {
        const held = this.#held ?? [];
        this.#held = undefined;
        for (const put of held) this.#put(put);
      });
    }
  }

  /** Ends the link. */
  close(cause?: Error): void {
    this.#init.peer.close(cause);
  }

  /** The link has ended. */
  closed(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  /** Does the next thing now, or after the stall. */
  #put(next: () => void): void {
    if (this.#isMute) return;
    if (this.#held === undefined) next();
    else this.#held.push(next);
    const overtaken = this.#overtaken;
    this.#overtaken = undefined;
    if (overtaken !== undefined) this.#put(overtaken);
  }

  #inChunks(bytes: Uint8Array, chunkBytes: number): void {
    for (let start = 0; start < bytes.length; start += chunkBytes)
      this.#part(bytes, start, Math.min(start + chunkBytes, bytes.length));
  }

  /** Sends a part of a frame. Where messages cannot be split, all of one comes with its last part. */
  #part(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    const { peer, dialect } = this.#init;
    const isLast = end === bytes.length;
    if (dialect === "tcp") peer.write(bytes.subarray(start, end));
    else if (peer.writePart !== undefined) peer.writePart(bytes.subarray(start, end), isLast);
    else if (isLast) peer.write(bytes);
  }

  #later(delayMs: number, callback: () => void): void {
    const timer = this.#init.clock.startTimer(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }
}

/** How many bytes of a frame come before the fault. */
function cutOf({ at, afterBytes }: { readonly at?: string; readonly afterBytes?: number }, bytes: Uint8Array): number {
  return at === "frame" ? Math.min(afterBytes ?? bytes.length >> 1, bytes.length) : 0;
}

/** Headers of both dialects have 44 bytes: then the body comes. */
const BODY_AT = 44;

/** A damaged copy. Every part is damaged so that its receiver can notice. */
function corrupted(bytes: Uint8Array, part: CorruptPart): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (part === "length") view.setUint32(12, view.getUint32(12, true) + 3, true);
  else {
    const at = { magic: 0, sha1: 16, body: BODY_AT }[part];
    // In a body's first byte the bits of the wire type: there is no 7.
    view.setUint8(at, view.getUint8(at) ^ 7);
  }
  return copy;
}
