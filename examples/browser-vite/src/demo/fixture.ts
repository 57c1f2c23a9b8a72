import { defaultFixture, type Fixture, type FixtureSecurity } from "@tickwire/testkit";
import { SecurityType } from "@tickwire/web-client";

/** Symbol, id, name, shares per lot (0 is an index), close of yesterday, price now, smallest step, volume. */
type Row = readonly [string, bigint, string, number, number, number, number, bigint];

const rows: readonly Row[] = [
  ["HK.00700", 54_047_868_453_564n, "Tencent", 100, 596.5, 604, 0.5, 18_432_000n],
  ["HK.09988", 78_224_239_372_036n, "Alibaba-W", 100, 143.9, 146.6, 0.1, 51_203_000n],
  ["HK.03690", 76_519_115_427_434n, "Meituan-W", 100, 104.3, 102.7, 0.1, 22_871_500n],
  ["HK.01810", 77_304_959_911_570n, "Xiaomi-W", 200, 46.84, 47.52, 0.02, 96_340_200n],
  ["HK.09618", 79_968_934_175_122n, "JD-SW", 50, 128.2, 127.1, 0.1, 8_730_450n],
  ["HK.00981", 71_098_303_774_677n, "中芯国际", 500, 62.35, 64.2, 0.05, 104_822_000n],
  ["HK.01024", 79_409_588_436_992n, "Kuaishou-W", 100, 68.15, 67.4, 0.05, 19_455_300n],
  ["HK.00005", 54_047_868_452_869n, "HSBC Holdings", 400, 108.9, 109.6, 0.1, 14_208_400n],
  ["HK.01299", 54_700_703_483_155n, "AIA", 200, 74.25, 73.9, 0.05, 17_630_800n],
  ["HK.00388", 54_047_868_453_252n, "香港交易所", 100, 418.4, 421.8, 0.2, 3_911_200n],
  ["HK.800000", 800_000n, "Hang Seng Index", 0, 26_310.12, 26_442.87, 0.01, 0n],
  ["HK.800700", 800_700n, "Hang Seng TECH Index", 0, 5_742.6, 5_791.33, 0.01, 0n],
  ["US.AAPL", 205_189n, "Apple", 1, 268.47, 270.14, 0.01, 41_228_114n],
  ["US.NVDA", 202_597n, "NVIDIA", 1, 188.15, 191.62, 0.01, 176_540_982n],
  ["US.MSFT", 203_011n, "Microsoft", 1, 496.82, 494.3, 0.01, 18_775_032n],
  ["US.AMZN", 201_335n, "Amazon", 1, 244.41, 246.9, 0.01, 33_120_775n],
  ["US.GOOGL", 205_056n, "Alphabet-A", 1, 278.83, 281.48, 0.01, 29_847_310n],
  ["US.META", 201_410n, "Meta Platforms", 1, 621.71, 617.09, 0.01, 12_664_208n],
  ["US.TSLA", 201_335_018n, "Tesla", 1, 429.52, 421.34, 0.01, 88_431_667n],
  ["US.FUTU", 78_103_980_495_165n, "Futu Holdings", 1, 170.9, 174.85, 0.01, 1_290_451n],
  // More than a JavaScript number can hold exactly.
  ["SH.600519", 9_007_199_254_740_993n, "贵州茅台", 100, 1_405, 1_416.3, 0.01, 4_021_000n],
  ["SH.601318", 9_007_199_254_741_171n, "中国平安", 100, 58.12, 58.64, 0.01, 48_215_600n],
  ["SZ.300750", 9_007_199_254_741_283n, "宁德时代", 100, 382.4, 391.75, 0.01, 27_604_300n],
  ["SZ.002594", 9_007_199_254_741_439n, "比亚迪", 100, 98.66, 97.81, 0.01, 35_980_700n],
  ["SZ.000858", 9_007_199_254_741_557n, "五粮液", 100, 117.9, 118.36, 0.01, 16_244_900n],
  ["SH.000300", 300n, "沪深300", 0, 4_678.79, 4_711.02, 0.01, 0n],
];

const symbols = rows.map(([symbol]) => symbol);
const inMarket = (...markets: string[]) => symbols.filter((symbol) => markets.includes(symbol.split(".")[0] ?? ""));

const inSteps = (price: number, step: number): number => Number((Math.round(price / step) * step).toFixed(2));

function security([symbol, id, name, lotSize, lastClosePrice, curPrice, priceSpread, volume]: Row): FixtureSecurity {
  return {
    symbol,
    id,
    name,
    lotSize,
    secType: lotSize === 0 ? SecurityType.Index : SecurityType.Eqty,
    listTime: "",
    quote: {
      curPrice,
      lastClosePrice,
      openPrice: lastClosePrice,
      highPrice: inSteps(Math.max(curPrice, lastClosePrice) * 1.004, priceSpread),
      lowPrice: inSteps(Math.min(curPrice, lastClosePrice) * 0.996, priceSpread),
      priceSpread,
      volume,
      turnover: Math.round(Number(volume) * curPrice),
      turnoverRate: 0,
      isSuspended: false,
    },
  };
}

/** What the gateway in the page knows. Names and ids are made to look at; the prices wander. */
export const demoFixture: Fixture = {
  gateway: defaultFixture.gateway,
  securities: rows.map(security),
  groups: [
    { name: { en: "All", zh: "全部" }, type: "system", members: symbols },
    { name: { en: "HK", zh: "港股" }, type: "system", members: inMarket("HK") },
    { name: { en: "US", zh: "美股" }, type: "system", members: inMarket("US") },
    { name: { en: "CN", zh: "沪深" }, type: "system", members: inMarket("SH", "SZ") },
    {
      name: "Core",
      type: "custom",
      members: [
        "HK.800000",
        "HK.00700",
        "HK.09988",
        "US.NVDA",
        "US.AAPL",
        "US.TSLA",
        "SH.600519",
        "SZ.300750",
        "US.FUTU",
      ],
    },
    {
      name: "HK tech",
      type: "custom",
      members: ["HK.00700", "HK.09988", "HK.03690", "HK.01810", "HK.09618", "HK.00981", "HK.800700"],
    },
    {
      name: "US mega caps",
      type: "custom",
      members: ["US.AAPL", "US.NVDA", "US.MSFT", "US.AMZN", "US.GOOGL", "US.META"],
    },
    { name: "白马股", type: "custom", members: ["SH.600519", "SH.601318", "SZ.000858"] },
  ],
};
