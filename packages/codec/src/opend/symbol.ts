import { CodecError } from "../errors.ts";
import { QotMarket, type Security } from "../gen/opend/Qot_Common.ts";

/** A security as the wire has it, or as people write it: `"HK.00700"`. */
export type SecurityLike = string | Pick<Security, "market" | "code">;

/**
 * The market's prefix in a symbol: the vendor's Python client uses the same ones. They are in the names of the markets:
 * `HK_Security` and `HK_Future`, `CNSH_Security`.
 */
const prefixes: ReadonlyMap<number, string> = /* @__PURE__ */ (() =>
  new Map(
    Object.entries(QotMarket)
      .filter(([name]) => name.includes("_"))
      .map(([name, market]) => [market, name.replace(/^CN|_.*/g, "")]),
  ))();

/**
 * `"HK.00700"` → `{ market: 1, code: "00700" }`. The market ends at the first dot, so `"US.BRK.B"` and `"US..DJI"` are
 * read rightly; the code is taken as it stands, in its own case. A market without a prefix is written by its number:
 * `"101.CODE"`. A security that is given as an object comes back as it is.
 * @throws {CodecError} `CODEC_INVALID_VALUE`.
 */
export function parseSymbol(symbol: SecurityLike): Pick<Security, "market" | "code"> {
  if (typeof symbol === "object" && symbol !== null) return symbol;
  const text = String(symbol);
  const dot = text.indexOf(".");
  const code = text.slice(dot + 1);
  const market = marketOf(text.slice(0, Math.max(dot, 0)), code);
  if (market === undefined || code === "") {
    const known = [...new Set(prefixes.values())].join(", ");
    throw new CodecError(
      "CODEC_INVALID_VALUE",
      `${JSON.stringify(text)} is not a symbol: write the market, a dot and the code, as in "HK.00700"; markets are ${known}`,
    );
  }
  return { market, code };
}

function marketOf(prefix: string, code: string): number | undefined {
  for (const [market, known] of prefixes) if (known === prefix.toUpperCase()) return market;
  // "700.HK" is how other brokers write it, not the security "HK" of a market 700.
  const isReversed = [...prefixes.values()].includes(code.toUpperCase());
  return /^(0|[1-9]\d{0,8})$/.test(prefix) && !isReversed ? Number(prefix) : undefined;
}

/** `{ market: 1, code: "00700" }` → `"HK.00700"`. */
export function formatSymbol(security: Pick<Security, "market" | "code">): string {
  return `${prefixes.get(security.market) ?? security.market}.${security.code}`;
}
