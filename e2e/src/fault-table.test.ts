// docs/testing.md tells what became of every fault over every transport, as the conformance suite finds it here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Client, type Clock, connect as connectTcp } from "@tickwire/node-client";
import { type FakeOpenD, memoryTransport, openDFaultKinds } from "@tickwire/testkit";
import { conformance, type Harness, localHarness } from "@tickwire/testkit/conformance";
import { listeningHarness } from "@tickwire/testkit/node";
import { connect as connectWs } from "@tickwire/web-client";
import { expect, test } from "vitest";
import { root } from "./snippets/blocks.ts";

type Log = (line: string) => void;

const inMemory =
  (connect: (opend: FakeOpenD, clock: Clock) => Promise<Client>) =>
  (log: Log): Promise<Harness> =>
    localHarness(
      (opend) => ({
        connect: (clock) => connect(opend, clock),
        settle: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
      { log },
    );

const transports: Readonly<Record<string, (log: Log) => Promise<Harness>>> = {
  "TCP, in memory": inMemory((opend, clock) => connectTcp(memoryTransport(opend, "tcp"), { clock })),
  TCP: (log) => listeningHarness("tcp", connectTcp, { log }),
  "WebSocket, in memory": inMemory((opend, clock) => connectWs(memoryTransport(opend, "ws"), { clock })),
  WebSocket: (log) => listeningHarness("ws", connectWs, { log }),
};

const cases = conformance.flatMap((one) => (one.fault === undefined ? [] : [{ ...one, fault: one.fault }]));

test("every kind of fault has a case, and no case is of another", () => {
  expect(new Set(cases.map(({ fault }) => fault))).toEqual(new Set(openDFaultKinds));
});

/** `✓` when the fault has met something and the promise is kept; `–` when there is nothing for it to meet. */
async function result(open: (log: Log) => Promise<Harness>, { fault, run }: (typeof cases)[number]): Promise<string> {
  const lines: string[] = [];
  await using harness = await open((line) => lines.push(line));
  await run(harness);
  return lines.some((line) => line.endsWith(`: the planned fault ${fault}`)) ? "✓" : "–";
}

test("docs/testing.md tells the result of each", async () => {
  const rows: string[][] = [["what is promised", ...Object.keys(transports)]];
  for (const one of cases) {
    const results = await Promise.all(Object.values(transports).map((open) => result(open, one)));
    rows.push([one.name, ...results]);
  }
  const [, section = ""] = readFileSync(join(root, "docs/testing.md"), "utf8").split(
    "\n### What clients promise of each\n",
  );
  const table = /(?:^\|.*\|\n)+/m.exec(section)?.[0].trim().split("\n") ?? [];
  const told = table.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  // The second line is the rule.
  expect(told.filter((_, index) => index !== 1)).toEqual(rows);
});
