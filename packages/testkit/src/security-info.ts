import { parseSymbol, type SecurityStaticInfo } from "@tickwire/session";
import { type FixtureSecurity, type Language, textIn } from "./fixture.ts";

/** A security as GetUserSecurity (3213) tells it. */
export function staticInfo(security: FixtureSecurity, language: Language): SecurityStaticInfo {
  const { warrant, option, future } = security;
  return {
    basic: {
      security: parseSymbol(security.symbol),
      id: security.id,
      lotSize: security.lotSize,
      secType: security.secType,
      name: textIn(language, security.name),
      listTime: security.listTime,
      delisting: security.delisting,
      listTimestamp: security.listTimestamp,
      exchType: security.exchType,
    },
    warrantExData: warrant && { ...warrant, owner: parseSymbol(warrant.owner) },
    optionExData: option && { ...option, owner: parseSymbol(option.owner) },
    futureExData: future,
  };
}
