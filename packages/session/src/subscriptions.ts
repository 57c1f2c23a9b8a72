import { formatSymbol, type Security, type SubType } from "@tickwire/codec";
import { OpenDError } from "./errors.ts";
import type { CallOptions } from "./options.ts";

type SecurityKey = Pick<Security, "market" | "code">;

/** Securities and the kinds of data that are wanted of each. */
export interface Subjects {
  readonly securities: readonly SecurityKey[];
  readonly subTypes: readonly SubType[];
}

/** What a Qot_Sub (3001) asks. */
interface SubC2S {
  readonly securityList: readonly SecurityKey[];
  readonly subTypeList: readonly SubType[];
  readonly isSubOrUnSub: boolean;
  readonly isRegOrUnRegPush: boolean;
}

/** Sends a Qot_Sub. */
export type SendSub = (c2s: SubC2S, options?: CallOptions) => Promise<unknown>;

/**
 * What this connection is subscribed to, counted per (security, kind of data): OpenD knows only one subscription of each,
 * whatever the number of streams that want it. It is given up when the last of them ends.
 */
export class Subscriptions {
  readonly #counts = new Map<string, number>();
  readonly #send: SendSub;

  constructor(send: SendSub) {
    this.#send = send;
  }

  /** Asks also for what is subscribed already: OpenD then pushes the current state first, to this stream too. */
  async add(subjects: Subjects, options?: CallOptions): Promise<void> {
    for (const key of keysOf(subjects)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    try {
      await this.#send(message(subjects, true), options);
    } catch (error) {
      // OpenD may have subscribed all the same: then it is told to give up, and nobody waits for that.
      if (error instanceof OpenDError && error.outcome === "unknown") this.remove(subjects).catch(() => undefined);
      else for (const key of keysOf(subjects)) this.#release(key);
      throw error;
    }
  }

  /** Gives up what no other stream wants. */
  async remove(subjects: Subjects, options?: CallOptions): Promise<void> {
    // All at once: a stream that subscribes meanwhile must not be overtaken by the rest of them.
    const sent = subjects.subTypes.map((subType) => {
      const securities = subjects.securities.filter((security) => this.#release(keyOf(security, subType)));
      return securities.length > 0 && this.#send(message({ securities, subTypes: [subType] }, false), options);
    });
    await Promise.all(sent);
  }

  /** True when that was the last one. */
  #release(key: string): boolean {
    const count = (this.#counts.get(key) ?? 0) - 1;
    if (count > 0) this.#counts.set(key, count);
    else this.#counts.delete(key);
    return count === 0;
  }
}

const keyOf = (security: SecurityKey, subType: SubType): string => `${formatSymbol(security)} ${subType}`;

const keysOf = ({ securities, subTypes }: Subjects): string[] =>
  subTypes.flatMap((subType) => securities.map((security) => keyOf(security, subType)));

function message({ securities, subTypes }: Subjects, isSubOrUnSub: boolean): SubC2S {
  return { securityList: securities, subTypeList: subTypes, isSubOrUnSub, isRegOrUnRegPush: isSubOrUnSub };
}
