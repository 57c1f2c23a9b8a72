/** What the doctor found out about one thing. */
export interface Check {
  readonly name: string;
  readonly state: "ok" | "failed" | "warning" | "skipped";
  /** What was seen. */
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string | undefined;
}

/** Looks after each other, and ends with the first that makes the rest pointless. */
export type Checks = AsyncGenerator<Check, void>;

export const ok = (name: string, detail: string): Check => ({ name, state: "ok", detail });
export const failed = (name: string, detail: string, fix?: string): Check => ({ name, state: "failed", detail, fix });
export const warning = (name: string, detail: string, fix?: string): Check => ({ name, state: "warning", detail, fix });
export const skipped = (name: string, detail: string): Check => ({ name, state: "skipped", detail });
