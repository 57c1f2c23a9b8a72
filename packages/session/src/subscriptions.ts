import { formatSymbol, type QotSub, type Security, type SubType } from "@tickwire/codec";
import { OpenDError } from "./errors.ts";
import type { CallOptions } from "./options.ts";

/** Securities and the kinds of data that are wanted of each. */
export interface Subjects {
  readonly securities: readonly Pick<Security, "market" | "code">[];
  readonly subTypes: readonly SubType[];
}

/** Sends a Qot_Sub (3001). */
export type SendSub = (c2s: Parameters<typeof QotSub.encodeC2S>[1], options?: CallOptions) => Promise<unknown>;

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
    const unwanted = new Map<SubType, Pick<Security, "market" | "code">[]>();
    for (const subType of subjects.subTypes)
      for (const security of subjects.securities)
        if (this.#release(keyOf(security, subType)))
          unwanted.set(subType, [...(unwanted.get(subType) ?? []), security]);
    // All at once: a stream that subscribes meanwhile must not be overtaken by the rest of them.
    const sent = [...unwanted].map(([subType, securities]) =>
      this.#send(message({ securities, subTypes: [subType] }, false), options),
    );
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

const keyOf = (security: Pick<Security, "market" | "code">, subType: SubType): string =>
  `${formatSymbol(security)} ${subType}`;

const keysOf = ({ securities, subTypes }: Subjects): string[] =>
  subTypes.flatMap((subType) => securities.map((security) => keyOf(security, subType)));

function message({ securities, subTypes }: Subjects, isSubOrUnSub: boolean) {
  return {
    securityList: [...securities],
    subTypeList: [...subTypes],
    isSubOrUnSub,
    isRegOrUnRegPush: isSubOrUnSub,
    regPushRehabTypeList: [],
  };
}
