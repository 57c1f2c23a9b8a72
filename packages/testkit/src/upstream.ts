import {
  type Clock,
  type MessageInit,
  type NotifyS2C,
  NotifyType,
  ProgramStatusType,
  type Timer,
} from "@tickwire/session";
import type { OpenDFaultOf, OpenDFaults } from "./faults.ts";

/** Protocols below are the connection's and the gateway's own; the servers answer the others. */
const FIRST_OF_SERVERS = 2000;

export interface UpstreamInit {
  readonly clock: Clock;
  readonly faults: OpenDFaults;
  /** Pushes a notification to everybody. */
  readonly notify: (s2c: MessageInit<NotifyS2C>) => void;
}

/** The gateway's way to its servers, which is lost as long as the fault `upstream-lost` is planned. */
export class Upstream {
  readonly #init: UpstreamInit;
  #loss: OpenDFaultOf<"upstream-lost"> | undefined;
  #timer: Timer | undefined;

  constructor(init: UpstreamInit) {
    this.#init = init;
  }

  get isLost(): boolean {
    return this.#loss !== undefined;
  }

  get programStatus(): { readonly type: ProgramStatusType; readonly strExtDesc: string } {
    return { type: this.isLost ? ProgramStatusType.Loging : ProgramStatusType.Ready, strExtDesc: "" };
  }

  /** Whether a request is refused now. Counts it then. */
  refuses({ id, name }: { readonly id: number; readonly name: string }): boolean {
    return this.isLost && id >= FIRST_OF_SERVERS && this.#init.faults.takeKind("upstream-lost", name) !== undefined;
  }

  /** Other faults are planned than before: looks whether it is lost now, and tells everybody what has changed. */
  follow(): void {
    const { clock, faults, notify } = this.#init;
    const loss = faults.lasting("upstream-lost");
    if (loss === this.#loss) return;
    const wasLost = this.isLost;
    this.#loss = loss;
    this.#timer?.cancel();
    this.#timer = loss?.forMs === undefined ? undefined : clock.startTimer(() => faults.remove(loss), loss.forMs);
    if (loss?.event !== undefined) notify({ type: NotifyType.GtwEvent, event: { eventType: loss.event, desc: "" } });
    if (wasLost === this.isLost) return;
    notify({ type: NotifyType.ProgramStatus, programStatus: { programStatus: this.programStatus } });
    const isLoggedIn = !this.isLost;
    notify({ type: NotifyType.ConnStatus, connectStatus: { qotLogined: isLoggedIn, trdLogined: isLoggedIn } });
  }

  close(): void {
    this.#timer?.cancel();
  }
}
