// Any two faults after each other, on both wires: every request settles, no write is repeated, what the client says of a
// write is true, it works again afterwards, and no timer is left.
import {
  connect as connectTcp,
  ModifyUserSecurityOp,
  OpenDError,
  QotGetUserSecurity,
  QotModifyUserSecurity,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/node-client";
import { FakeOpenD, memoryTransport, type OpenDFault, openDFaultKinds, VirtualClock } from "@tickwire/testkit";
import { connect as connectWs } from "@tickwire/web-client";
import { expect, test } from "vitest";

const faults: readonly OpenDFault[] = [
  { kind: "refuse", times: 3 },
  { kind: "drop", at: "request" },
  { kind: "drop", broken: true },
  { kind: "drop", at: "frame", protocol: "Qot_UpdateBasicQot" },
  { kind: "stall" },
  { kind: "stall", at: "frame", forMs: 7000 },
  { kind: "fragment", times: 5 },
  { kind: "corrupt", part: "magic" },
  { kind: "corrupt", part: "length" },
  { kind: "corrupt", part: "sha1" },
  { kind: "corrupt", part: "body", times: 2 },
  { kind: "reject" },
  { kind: "reject", retType: -100, applied: true, times: 2 },
  { kind: "rate-limit" },
  { kind: "duplicate", times: 3 },
  { kind: "reorder", times: 2 },
  { kind: "late", delayMs: 8000 },
  { kind: "late", protocol: "Qot_ModifyUserSecurity" },
  { kind: "burst", count: 300 },
  { kind: "late-push" },
  { kind: "wrong-key", answer: "silence" },
  { kind: "wrong-key" },
  { kind: "limits" },
  { kind: "upstream-lost", forMs: 9000, event: 7 },
];

const settled = (promise: Promise<unknown>): Promise<OpenDError | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof OpenDError ? error : Promise.reject(error)),
  );

async function suffer(dialect: "tcp" | "ws", pair: readonly OpenDFault[]): Promise<void> {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock });
  const open = () => {
    const connect = dialect === "tcp" ? connectTcp : connectWs;
    return connect(memoryTransport(opend, dialect), { clock, timeoutMs: 5000 });
  };
  const client = await open();
  await client.subscribe(
    QotUpdateBasicQot,
    { securities: ["HK.00700"], subTypes: [SubType.Basic] },
    { onMessage: () => undefined },
  );
  opend.faults.add(...pair);
  const write = settled(client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"], { retry: "reads" }));
  const reads = ["A", "C", "testgroup"].map((group) => settled(client.getUserSecurity(group, { retry: "reads" })));
  let count = 0;
  for (const each of [write, ...reads]) void each.then(() => count++);
  await clock.advance(60_000);
  expect(count).toBe(4);
  const writes = opend.requests.of(QotModifyUserSecurity).length;
  expect(writes).toBeLessThanOrEqual(1);

  opend.faults.clear();
  await clock.advance(60_000);
  // Only a login that was refused, which trying again could make worse, is the end of a client.
  const status = client.status();
  if (status.state === "closed") expect(status.error?.code).toBe("OPEND_LOGIN_FAILED");
  else expect((await client.getUserSecurityGroup()).length).toBe(13);

  const other = await open();
  const isDone = (await other.getUserSecurity("C")).some(({ basic }) => basic.security.code === "FUTU");
  const outcome = (await write)?.outcome ?? "done";
  if (outcome !== "unknown") expect(isDone).toBe(outcome === "done");
  expect(opend.requests.of(QotModifyUserSecurity)).toHaveLength(writes);
  expect(opend.requests.of(QotGetUserSecurity).length).toBeLessThan(20);
  await client.close();
  await other.close();
  await clock.advance(0);
  opend.assertClean();
  opend.close();
}

test("every kind is among them", () => {
  expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(openDFaultKinds));
});

test.each(faults.map((fault) => [JSON.stringify(fault), fault] as const))("%s, and any other", async (_, first) => {
  for (const dialect of ["tcp", "ws"] as const)
    for (const second of faults) {
      const pair = [first, second];
      await suffer(dialect, pair).catch((cause: unknown) => {
        throw new Error(`over ${dialect}: ${JSON.stringify(pair)}: ${cause}`, { cause });
      });
    }
});
