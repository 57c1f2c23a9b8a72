import { formatSymbol, type Security } from "@tickwire/codec";

/** Whether a security is one of these. A symbol may stand for securities of more than one market number (`HK.`). */
export function isOneOf(wanted: readonly Pick<Security, "market" | "code">[]): (security: Security) => boolean {
  const byCode = new Map<string, Pick<Security, "market" | "code">[]>();
  for (const one of wanted) byCode.set(one.code, [...(byCode.get(one.code) ?? []), one]);
  // Compared without making a text, which would take longer than the rest of a push's way from here on.
  return (security) =>
    byCode
      .get(security.code)
      ?.some((one) => one.market === security.market || formatSymbol(one) === formatSymbol(security)) === true;
}
