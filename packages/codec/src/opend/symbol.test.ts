import { describe, expect, test } from "vitest";
import { QotMarket } from "../gen/core.ts";
import { codecError } from "../testing/codec.ts";
import { formatSymbol, parseSymbol } from "./symbol.ts";

describe("symbols", () => {
  test.each([
    ["HK.00700", 1, "00700"],
    ["HK.HSImain", 1, "HSImain"],
    ["US.AAPL", 11, "AAPL"],
    ["US.BRK.B", 11, "BRK.B"],
    ["US..DJI", 11, ".DJI"],
    ["US.AAPL210115C185000", 11, "AAPL210115C185000"],
    ["SH.600519", 21, "600519"],
    ["SZ.000001", 22, "000001"],
    ["SG.D05", 31, "D05"],
    ["JP.7203", 41, "7203"],
    ["AU.BHP", 51, "BHP"],
    ["MY.1155", 61, "1155"],
    ["CA.SHOP", 71, "SHOP"],
    ["FX.USDCNH", 81, "USDCNH"],
    ["CC.BTC", 91, "BTC"],
    ["101.CODE", 101, "CODE"],
    ["0.X", 0, "X"],
  ])("%s and back", (symbol, market, code) => {
    expect(parseSymbol(symbol)).toEqual({ market, code });
    expect(formatSymbol({ market, code })).toBe(symbol);
  });

  test("the market may be written small, the code stays as it is", () => {
    expect(parseSymbol("hk.HSImain")).toEqual({ market: 1, code: "HSImain" });
    expect(parseSymbol("us.aapl")).toEqual({ market: 11, code: "aapl" });
  });

  test("the old number of Hong Kong futures has the same prefix", () => {
    expect(formatSymbol({ market: QotMarket.HK_Future, code: "HSImain" })).toBe("HK.HSImain");
  });

  test("a security comes back as it is", () => {
    const security = { market: 1, code: "00700" };
    expect(parseSymbol(security)).toBe(security);
  });

  test.each([
    "",
    "HK",
    "HK.",
    ".",
    ".00700",
    "00700.HK",
    "700.hk",
    "00700.XX",
    "XX.1",
    "HK 00700",
    " HK.00700",
    "-1.X",
    "1e3.X",
    "1234567890.X",
  ])("%j is refused", (symbol) => {
    const error = codecError("CODEC_INVALID_VALUE", () => parseSymbol(symbol));
    expect(error.message).toContain(JSON.stringify(symbol));
    expect(error.message).toContain('"HK.00700"');
    expect(error.message).toContain("HK, US, SH, SZ, SG, JP, AU, MY, CA, FX, CC");
  });

  test.each([undefined, null, 700, true])("%s is refused", (symbol) => {
    codecError("CODEC_INVALID_VALUE", () => parseSymbol(symbol as never));
  });
});
