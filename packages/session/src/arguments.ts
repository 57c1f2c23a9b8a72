import { CodecError, type PushProtocol, parseSymbol, type SecurityLike, type SubType } from "@tickwire/codec";
import { invalidArgument, rawMessage } from "./errors.ts";
import type { Subjects } from "./subscriptions.ts";

/** What to subscribe to. */
export interface SubscribeTo {
  /** `"HK.00700"` or `{ market, code }`; at least one. */
  readonly securities: readonly SecurityLike[];
  /** `SubType.Basic` for basic quotes; at least one. */
  readonly subTypes: readonly SubType[];
}

/** @throws {OpenDError} `OPEND_INVALID_ARGUMENT` for anything but the descriptor of a push. */
export function checkPush(protocol: PushProtocol<unknown>): void {
  if ((protocol as PushProtocol<unknown> | undefined)?.kind !== "push")
    throw invalidArgument("only the descriptor of a push can be received, such as Notify");
}

/**
 * Checks what the caller gave, before anything is sent.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function readSubjects(protocol: string, to: SubscribeTo): Subjects {
  const { securities, subTypes } = (to as SubscribeTo | undefined) ?? {};
  checkFilled("securities", securities, protocol);
  checkFilled("subTypes", subTypes, protocol);
  // Copies: these must be what is given up later, whatever the caller does with its own.
  return { securities: readSecurities(protocol, securities), subTypes: [...subTypes] };
}

function checkFilled(name: string, list: unknown, protocol: string): asserts list is readonly unknown[] {
  if (!Array.isArray(list) || list.length === 0)
    throw invalidArgument(`${name} must be a list of at least one`, protocol);
}

/**
 * Reads symbols.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT` with the place of the one that is none.
 */
export function readSecurities(
  protocol: string,
  securities: readonly SecurityLike[],
): Subjects["securities"][number][] {
  if (!Array.isArray(securities)) throw invalidArgument('securities must be a list, as in ["HK.00700"]', protocol);
  return securities.map((security, index) => {
    try {
      const { market, code } = parseSymbol(security);
      return { market, code };
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      throw invalidArgument(`securities[${index}]: ${rawMessage(error)}`, protocol, error);
    }
  });
}
