import { LongPort } from "../client.ts";
import { LongPortError } from "../errors.ts";
import type { ApiKeyCredentials, ClientOptions } from "../options.ts";
import { ManualClock } from "./manual-clock.ts";
import { type Answer, ScriptedFetch } from "./scripted-fetch.ts";

/** Of the published test vectors; nobody's. */
export const credentials = {
  appKey: "0123456789abcdef0123456789abcdef",
  appSecret: "secret-6b5f2d1c9e8a4f70b3d2c1a09f8e7d6c",
  accessToken: "m_eyJhbGciOi.fake.token",
} satisfies ApiKeyCredentials;

export interface Harness {
  readonly lp: LongPort;
  readonly server: ScriptedFetch;
  readonly clock: ManualClock;
}

/** A client that signs. Web Crypto takes real time, so tests that watch the clock use `withBearer`. */
export function withApiKey(answers: readonly Answer[], options: ClientOptions = {}): Harness {
  const server = new ScriptedFetch(...answers);
  const clock = new ManualClock();
  return { server, clock, lp: new LongPort({ ...credentials, fetch: server.fetch, clock, random, ...options }) };
}

/** A client in OAuth mode: all that it waits for is the clock and the script. */
export function withBearer(answers: readonly Answer[], options: ClientOptions = {}): Harness {
  const server = new ScriptedFetch(...answers);
  const clock = new ManualClock();
  return {
    server,
    clock,
    lp: new LongPort({ bearer: "o_token-of-oauth", fetch: server.fetch, clock, random, ...options }),
  };
}

/** Waits of 100, 200, 400 … ms. */
const random = () => 0.5;

/** Lets time pass whenever a call waits for nothing but time, until it settles; gives the error that it rejects with. */
export async function failureOf({ server, clock }: Harness, promise: Promise<unknown>): Promise<LongPortError> {
  let settled: { readonly error?: unknown } | undefined;
  promise.then(
    () => {
      settled = {};
    },
    (error: unknown) => {
      settled = { error };
    },
  );
  while (settled === undefined) {
    // Web Crypto settles its promises from outside.
    await new Promise((resolve) => setImmediate(resolve));
    // One timer is the call's deadline.
    const waits = server.hanging > 0 || clock.timers > 1;
    if (settled === undefined && waits) await clock.advance(clock.nextInMs ?? 0);
  }
  if (settled.error instanceof LongPortError) return settled.error;
  throw new Error(`no LongPortError: ${settled.error}`, { cause: settled.error });
}
