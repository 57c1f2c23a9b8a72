import { expect, test } from "vitest";
import { readSymbol } from "./symbols.ts";

test.each([
  ["HK.00700", "700.HK"],
  [" hk.00700 ", "700.HK"],
  ["700", "700.HK"],
  ["00700.hk", "700.HK"],
  ["600519", "600519.SH"],
  ["300750", "300750.SZ"],
  ["aapl", "AAPL.US"],
  ["US.BRK.B", "BRK.B.US"],
  ["JP.7203", "futu:JP.7203"],
  ["HK.HSImain", "futu:HK.HSImain"],
])("%s is %s", (text, symbol) => {
  expect(readSymbol(text)).toBe(symbol);
});

test.each(["", "700.XX", "a b"])("%j is refused", (text) => {
  expect(() => readSymbol(text)).toThrow("is not a symbol");
});
