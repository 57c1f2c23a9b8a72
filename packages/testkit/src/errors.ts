import { brand, TickwireError } from "@tickwire/session";

/** One wrong value of a fixture. */
export interface FixtureIssue {
  /** Where, for example `securities[3].lotSize`; empty for the whole. */
  readonly path: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** A fixture that cannot be used: its code is `TESTKIT_FIXTURE`, its message names each wrong value with its path. */
export class FixtureError extends TickwireError {
  override readonly name = "FixtureError";
  declare readonly code: "TESTKIT_FIXTURE";
  readonly issues: readonly FixtureIssue[];

  constructor(issues: readonly FixtureIssue[]) {
    super("TESTKIT_FIXTURE", issues.map(({ path, problem }) => `${path || "the fixture"}: ${problem}`).join("; "));
    this.issues = issues;
  }

  static {
    brand(FixtureError, "FixtureError");
  }
}
