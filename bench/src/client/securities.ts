import { QotMarket } from "@tickwire/codec";

/** What the clients subscribe to, and get. */
export const SECURITIES = Array.from({ length: 20 }, (_, i) => ({
  market: QotMarket.HK_Security,
  code: String(700 + i * 13).padStart(5, "0"),
}));
