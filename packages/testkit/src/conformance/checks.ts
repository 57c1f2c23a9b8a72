import { type Client, OpenDError, SubType, toJson } from "@tickwire/session";
import type { OpenDFault } from "../faults.ts";
import type { Harness } from "./harness.ts";

/** Fails the case. */
export function fail(message: string): never {
  throw new Error(message);
}

/** Both must have the same JSON form; absent fields do not count. */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(toJson(actual)), JSON.stringify(toJson(expected))];
  if (a !== b) fail(`${what}: expected ${b}, got ${a}`);
}

/** The id of the connection that there has to be. */
export function connIdOf(client: Client): bigint {
  const status = client.status();
  return status.state === "ready" ? status.connId : fail(`the state is ${status.state}`);
}

/** The promise must reject with an OpenDError that has these fields. */
export async function rejects(
  promise: Promise<unknown>,
  expected: Partial<Pick<OpenDError, "code" | "outcome" | "reason" | "retType" | "protocol">>,
): Promise<OpenDError> {
  const error = await promise.then(
    () => fail(`expected a rejection with ${expected.code}, but it resolved`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenDError)) return fail(`expected an OpenDError, got ${error}`);
  for (const [key, value] of Object.entries(expected)) same(error[key as "code"], value, `${error.message}: ${key}`);
  return error;
}

/** Looks again and again until it is so; the looks themselves let the other side run. */
export async function eventually(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (let look = 0; look < 10_000; look++) if (await isSo()) return;
  fail(`it did not come about that ${what}`);
}

/** Lets the client's clock run, in steps between which the other side's bytes arrive, so that it is not taken for dead. */
export async function pass({ advance, peer }: Harness, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 1000) {
    await advance(Math.min(1000, left));
    for (let turn = 0; turn < 3; turn++) await peer.connections();
  }
}

/** What most streams here are subscribed to. */
export const tencent: { readonly securities: string[]; readonly subTypes: SubType[] } = {
  securities: ["HK.00700"],
  subTypes: [SubType.Basic],
};

/** A fault after which no request of a protocol is answered. */
export const unanswered = ({ id }: { readonly id: number }): OpenDFault => ({
  kind: "late",
  protocol: id,
  times: 1000,
});

/** Waits until the client has seen that its connection is lost. */
export const losing = (peer: Harness["peer"], client: Client): Promise<void> =>
  eventually(async () => {
    await peer.connections();
    return client.status().state === "reconnecting";
  }, "the client sees that the connection is lost");

/**
 * Waits until the client, whose connection is lost, has another one. Its clock runs only until each of its tries.
 * @param before The id of the lost connection, where the clock has run since: a try without delay may be over by now.
 */
export async function comeBack({ advance, peer }: Harness, client: Client, before?: bigint): Promise<void> {
  if (before === undefined) await losing(peer, client);
  let attempt = 0;
  await eventually(async () => {
    const status = client.status();
    if (status.state === "reconnecting" && status.attempt > attempt) {
      attempt = status.attempt;
      await advance(status.delayMs);
    }
    await peer.connections();
    return status.state === "ready" && status.connId !== before;
  }, "the client is connected again");
}
