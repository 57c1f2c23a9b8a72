import { checkOptions } from "./call.ts";
import { invalidArgument } from "./errors.ts";
import type { DeleteOptions, GroupId, GroupUpdate, UpdateMode } from "./watchlist-types.ts";

const MAX_ID = 2n ** 63n - 1n;
const MODES: readonly UpdateMode[] = ["add", "remove", "replace"];

/** The id of a group that can be changed. */
export function checkId(id: GroupId): bigint {
  const integer = toBigInt(id);
  if (integer === undefined)
    throw invalidArgument("id must be a bigint, a whole number up to 2^53 - 1, or a text of digits");
  if (integer < 0n)
    throw invalidArgument(
      `id ${integer} is negative: that is a view which LongPort makes itself, and nobody can change`,
    );
  if (integer === 0n || integer > MAX_ID) throw invalidArgument("id must be from 1 to 2^63 - 1");
  return integer;
}

function toBigInt(id: GroupId): bigint | undefined {
  if (typeof id === "bigint") return id;
  if (typeof id === "number") return Number.isSafeInteger(id) ? BigInt(id) : undefined;
  return typeof id === "string" && /^-?\d+$/.test(id) ? BigInt(id) : undefined;
}

export function checkName(name: string): string {
  if (typeof name !== "string" || name === "") throw invalidArgument("name must be a text that is not empty");
  return name;
}

export function checkSecurities(securities: readonly string[]): readonly string[] {
  if (!Array.isArray(securities)) throw invalidArgument('securities must be a list, such as ["700.HK", "AAPL.US"]');
  for (const [index, symbol] of securities.entries())
    if (typeof symbol !== "string" || !/^\S+\.[A-Za-z]+$/.test(symbol))
      throw invalidArgument(`securities[${index}] must be ticker and region, such as "700.HK" or "AAPL.US"`);
  return securities;
}

/** The fields of an update, as they are sent. */
export function checkUpdate(update: GroupUpdate): Record<string, unknown> {
  if (typeof update !== "object" || update === null)
    throw invalidArgument('update must be an object, such as { name: "Tech" }');
  const { name, securities, mode } = update;
  if (name === undefined && securities === undefined)
    throw invalidArgument("an update needs a name, or securities with a mode");
  if (securities === undefined && mode !== undefined) throw invalidArgument("a mode needs securities");
  if (securities !== undefined && !MODES.includes(mode))
    throw invalidArgument(`securities need a mode: ${MODES.join(", ")}`);
  return {
    ...(name === undefined ? undefined : { name: checkName(name) }),
    ...(securities === undefined ? undefined : { securities: checkSecurities(securities), mode }),
  };
}

/** Also that `purge` is no text: "false" would be true for JavaScript, and a purge cannot be undone. */
export function checkDeleteOptions(options: DeleteOptions): DeleteOptions {
  const { purge } = checkOptions(options);
  if (purge !== undefined && typeof purge !== "boolean") throw invalidArgument("purge must be true or false");
  return options;
}
