// An app that has never heard of a testkit: it connects to where the environment says that OpenD is.
import { connect } from "@tickwire/node-client";
import { positions } from "./portfolio.ts";

/** Prints a group, once. */
export async function main(group: string, print: (line: string) => void): Promise<void> {
  await using client = await connect(process.env["OPEND_URL"] ?? "tcp://127.0.0.1:11111");
  for (const { symbol, name } of await positions(client, group)) print(`${symbol} ${name}`);
}

if (import.meta.main) await main(process.argv[2] ?? "All", console.log);
