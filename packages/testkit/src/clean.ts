import { brand, type Clock, TickwireError } from "@tickwire/session";
import { printMessage } from "./code.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** What a problem is about. */
export type CleanProblemKind =
  | "unhandled-request"
  | "handler-failed"
  | "unused-handler"
  | "unused-fault"
  | "replay-mismatch"
  | "replay-unused"
  | "open-connection"
  | "pending-timer";

/** What a test has left behind, or has not noticed. */
export interface CleanProblem {
  readonly kind: CleanProblemKind;
  readonly message: string;
}

/** What `assertClean` throws: its code is `TESTKIT_NOT_CLEAN`, its message lists all `problems`. */
export class NotCleanError extends TickwireError {
  override readonly name = "NotCleanError";
  declare readonly code: "TESTKIT_NOT_CLEAN";
  readonly problems: readonly CleanProblem[];

  constructor(problems: readonly CleanProblem[]) {
    super("TESTKIT_NOT_CLEAN", problems.map(({ message }) => `\n- ${message.replaceAll("\n", "\n  ")}`).join(""));
    this.problems = problems;
  }

  static {
    brand(NotCleanError, "NotCleanError");
  }
}

/** @throws {NotCleanError} When there are any. */
export function assertNone(problems: readonly CleanProblem[]): void {
  if (problems.length > 0) throw new NotCleanError(problems);
}

/** A problem if there are any: of one thing it tells in the singular. */
export function counted(kind: CleanProblemKind, count: number, one: string, many: string): CleanProblem[] {
  return count === 0 ? [] : [{ kind, message: count === 1 ? `1 ${one}` : `${count} ${many}` }];
}

/** Who waits for a `VirtualClock` to move; a real one does not tell. */
export function clockProblems(clock: Clock): CleanProblem[] {
  if (!(clock instanceof VirtualClock)) return [];
  return [
    ...counted("pending-timer", clock.pendingTimers, "timer is pending", "timers are pending"),
    ...counted("pending-timer", clock.wakeListeners, "listener waits for a wake-up", "listeners wait for a wake-up"),
  ];
}

/** Planned faults that have met nothing, or less than their `times`. */
export function faultProblems(where: string, planned: readonly { readonly kind: string }[]): CleanProblem[] {
  return planned.map((fault) => ({
    kind: "unused-fault",
    message: `the fault that was planned for ${where} has met too little or nothing: ${printMessage(fault)}`,
  }));
}
