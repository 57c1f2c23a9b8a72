import { type Client, ModifyUserSecurityOp, QotUpdateBasicQot, SubType } from "@tickwire/node-client";

/** A line of the screen. */
export interface Position {
  readonly symbol: string;
  readonly name: string;
}

/** The screen's lines: the securities of a group. */
export async function positions(client: Client, group: string): Promise<Position[]> {
  const securities = await client.getUserSecurity(group);
  return securities.map(({ basic: { security, name } }) => ({ symbol: security.code, name }));
}

/** What adding came to. "check" means that nobody knows: look before you add it again. */
export async function add(client: Client, group: string, symbol: string): Promise<"added" | "check"> {
  try {
    await client.modifyUserSecurity(group, ModifyUserSecurityOp.Add, [symbol]);
    return "added";
  } catch (error) {
    if ((error as { outcome?: unknown }).outcome === "unknown") return "check";
    throw error;
  }
}

/** The prices of one security as they change. */
export async function* prices(client: Client, symbol: string): AsyncGenerator<number> {
  const quotes = await client.subscribe(QotUpdateBasicQot, { securities: [symbol], subTypes: [SubType.Basic] });
  for await (const { basicQotList } of quotes) for (const { curPrice } of basicQotList) yield curPrice;
}
