import { type Leave, PaceRefusal } from "@tickwire/session/parts";
import type { Call } from "./call.ts";
import type { Config } from "./config.ts";
import { LongPortError } from "./errors.ts";

/**
 * Waits for the call's turn within the rate limit. Call the function when it is over.
 * @param ownerSignal Gives it up with the signal's reason.
 * @throws {LongPortError}
 */
export async function takeTurn(
  { pacer, clock }: Pick<Config, "pacer" | "clock">,
  call: Call,
  ownerSignal?: AbortSignal,
): Promise<Leave> {
  try {
    return (await pacer?.turn({ signal: call.signal, ownerSignal, deadline: call.deadline })) ?? (() => undefined);
  } catch (error) {
    if (!(error instanceof PaceRefusal)) throw call.failure() ?? error;
    // The wait was too long. Then the call ends by its own timer, whichever of the two timers is the first.
    if (clock.now() >= call.deadline) await call.wait(new Promise<never>(() => undefined));
    const { retryAfterMs } = error;
    const { operation } = call;
    throw new LongPortError("LONGPORT_PACING", error.message, { operation, retryAfterMs, retryable: true });
  }
}
