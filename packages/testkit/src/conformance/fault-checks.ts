import { type CallOptions, type Client, ModifyUserSecurityOp, QotModifyUserSecurity } from "@tickwire/session";
import type { OpenDFault } from "../faults.ts";
import { comeBack, rejects, same } from "./checks.ts";
import type { Harness, Peer } from "./harness.ts";

/** Adds to a group: a write. A retry that is allowed for reads does not touch writes. */
export const add = (client: Client, options: CallOptions = { retry: "reads" }): Promise<unknown> =>
  client.modifyUserSecurity("C", ModifyUserSecurityOp.Add, ["US.FUTU"], options);
/** Codes of a group's securities. */
export const codesOf = async (client: Client, group: string): Promise<string[]> =>
  (await client.getUserSecurity(group)).map(({ basic }) => basic.security.code);
/** All faults that were planned must be over. */
export const met = async (peer: Peer): Promise<void> => same(await peer.planned(), [], "faults that were not met");

/** A write whose connection is lost: it is told once and not sent again, and the client comes back. */
export async function losesWrite(harness: Harness, fault: OpenDFault, isDone: boolean): Promise<void> {
  const { connect, peer } = harness;
  await using client = await connect();
  await peer.faults(fault);
  const asked = rejects(add(client), { code: "OPEND_CONNECTION_LOST", outcome: "unknown" });
  await comeBack(harness, client);
  await asked;
  same((await codesOf(client, "C")).includes("FUTU"), isDone, "whether it was done");
  same(await peer.requests(QotModifyUserSecurity.id), 1, "writes received");
  await met(peer);
}
