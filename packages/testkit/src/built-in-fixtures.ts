// Each of them on its own, so that a bundle has only those that it uses.
import type { Fixture } from "./fixture.ts";
import emptyAccountJson from "./fixtures/empty-account.json" with { type: "json" };
import emptyAccountLongPortJson from "./fixtures/empty-account-longport.json" with { type: "json" };
import hongKongInvestorJson from "./fixtures/hong-kong-investor.json" with { type: "json" };
import hongKongInvestorLongPortJson from "./fixtures/hong-kong-investor-longport.json" with { type: "json" };
import usOptionsTraderJson from "./fixtures/us-options-trader.json" with { type: "json" };
import usOptionsTraderLongPortJson from "./fixtures/us-options-trader-longport.json" with { type: "json" };
import { parseFixture } from "./fixtures.ts";
import type { LongPortFixture } from "./longport-fixture.ts";
import { parseLongPortFixture } from "./longport-fixtures.ts";

/**
 * An investor in Hong Kong: 25 stocks, two ETFs, a warrant, a CBBC, two indexes and futures of the Hang Seng Index, some of
 * them held; groups with Chinese and English names; a universal, a futures and a paper account in HKD.
 */
export const hongKongInvestor: Fixture = /* @__PURE__ */ parseFixture(hongKongInvestorJson);
/** The same investor's watchlist at LongPort, with names in Chinese. */
export const hongKongInvestorLongPort: LongPortFixture =
  /* @__PURE__ */ parseLongPortFixture(hongKongInvestorLongPortJson);

/**
 * A trader of US options: stocks, ETFs, and 80 options of four chains; long and short positions, orders that work, are filled
 * and are cancelled; a universal and a paper account in USD.
 */
export const usOptionsTrader: Fixture = /* @__PURE__ */ parseFixture(usOptionsTraderJson);
/** The same trader's watchlist at LongPort; its stocks only. */
export const usOptionsTraderLongPort: LongPortFixture =
  /* @__PURE__ */ parseLongPortFixture(usOptionsTraderLongPortJson);

/** Somebody who has just opened an account: the system groups, with nothing in them, and an account without money. */
export const emptyAccount: Fixture = /* @__PURE__ */ parseFixture(emptyAccountJson);
/** The same at LongPort. */
export const emptyAccountLongPort: LongPortFixture = /* @__PURE__ */ parseLongPortFixture(emptyAccountLongPortJson);
