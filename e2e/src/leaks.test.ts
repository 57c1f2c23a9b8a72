// What a client keeps of what is over: nothing.
import { getEventListeners } from "node:events";
import { GetGlobalState } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { expect, test } from "vitest";
import { clients, failure, next, quick } from "./sockets/clients.ts";

test.each(clients)("over $dialect, 10,000 requests on one signal leave no listener", async ({ dialect, connect }) => {
  using opend = new FakeOpenD();
  await using server = await listen(opend);
  await using client = await connect(server[dialect].url, quick);
  const stop = new AbortController();
  const { signal } = stop;
  const ends = new Map<string, number>();
  for (let sent = 0; sent < 10_000; sent += 200) {
    // No limit of this protocol is known, so that nothing is held back.
    const asking = Array.from({ length: 200 }, () =>
      client.request(GetGlobalState, { userID: 0n }, { signal }).then(
        () => "answered",
        ({ code, outcome }: { code: string; outcome: string }) => `${code} ${outcome}`,
      ),
    );
    // Those under way are lost, and the next ones wait for a connection.
    if (sent % 1000 === 800) opend.disconnect(sent % 2000 === 800 ? undefined : new Error("the network broke"));
    for (const end of await Promise.all(asking)) ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  expect(Object.fromEntries(ends)).toEqual({ answered: 8000, "OPEND_CONNECTION_LOST unknown": 2000 });
  expect(getEventListeners(signal, "abort")).toEqual([]);

  // OpenD takes 10 of these in 30 seconds: the others wait for their turn, and for a connection.
  const paced = next(client, "paced");
  const groups = Array.from({ length: 20 }, () => client.getUserSecurityGroup({}, { signal, timeoutMs: 3_600_000 }));
  const given = groups.slice(10).map(failure);
  await Promise.all([...groups.slice(0, 10), paced]);
  opend.disconnect();
  await next(client, "reconnecting");
  const waiting = failure(client.request(GetGlobalState, { userID: 0n }, { signal }));
  expect(getEventListeners(signal, "abort")).not.toEqual([]);
  stop.abort();
  for (const error of await Promise.all([...given, waiting])) expect(error.code).toBe("OPEND_ABORTED");
  expect(getEventListeners(signal, "abort")).toEqual([]);
});
