import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WatchlistError } from "./errors.ts";
import {
  fromFutuSymbol,
  fromLongPortSymbol,
  futuToLongPort,
  longPortToFutu,
  parseWatchlistSymbol,
  toFutuSymbol,
  toLongPortSymbol,
} from "./symbol.ts";

/** The published pairs, the table's other examples, and its rules at their edges. */
const pairs = [
  ["HK.00700", "700.HK"],
  ["HK.00001", "1.HK"],
  ["HK.09988", "9988.HK"],
  ["HK.80700", "80700.HK"],
  ["HK.10005", "10005.HK"],
  ["HK.99999", "99999.HK"],
  ["HK.800000", "HSI.HK"],
  ["HK.800100", "HSCEI.HK"],
  ["HK.800700", "HSTECH.HK"],
  ["US.AAPL", "AAPL.US"],
  ["US.BRK.B", "BRK.B.US"],
  ["US.SG", "SG.US"],
  ["US..DJI", ".DJI.US"],
  ["US..IXIC", ".IXIC.US"],
  ["US..SPX", ".SPX.US"],
  ["US..NDX", ".NDX.US"],
  ["US..VIX", ".VIX.US"],
  ["US.AAPL230317P160000", "AAPL230317P160000.US"],
  ["SH.600519", "600519.SH"],
  ["SH.000001", "000001.SH"],
  ["SZ.000001", "000001.SZ"],
  ["SZ.399001", "399001.SZ"],
  ["SG.D05", "D05.SG"],
] as const;

describe.each(pairs)("%s is %s", (futu, longPort) => {
  test("both ways, and is written as LongPort does", () => {
    expect(futuToLongPort(futu)).toEqual({ symbol: longPort });
    expect(longPortToFutu(longPort)).toEqual({ symbol: futu });
    expect(parseWatchlistSymbol(longPort)).toBe(longPort);
    expect(parseWatchlistSymbol(`futu:${futu}`)).toBe(longPort);
    expect(parseWatchlistSymbol(`longport:${longPort}`)).toBe(longPort);
  });
});

const futuOnly = [
  ["HK.HSImain", "no futures"],
  ["HK.HSIcurrent", "no futures"],
  ["HK.HSI2306", "no futures"],
  ["HK.TCH210429C350000", "no such option"],
  ["HK.BK1001", "no plates"],
  ["HK.800999", "not known to have this index"],
  ["HK.999010", "not known to have this index"],
  ["HK.00000", "a code of zeros"],
  ["HK.700", "five digits"],
  ["US.ESmain", "no futures"],
  ["US.ES2306", "no futures"],
  ["US.BK2001", "no plates"],
  ["US..RUT", "not known to have this index"],
  ["US..DJT", "not known to have this index"],
  ["US.AAPL230317P0160000", "no such option"],
  ["US.AAPL231317P160000", "no such option"],
  ["US.BAC-A", "not confirmed"],
  ["SH.BK0001", "no plates"],
  ["SZ.12345", "six digits"],
  ["SG.STI", "not confirmed"],
  ["SG.CNmain", "no futures"],
  ["JP.7203", "no Japanese market"],
  ["AU.BHP", "no Australian market"],
  ["MY.1155", "no Malaysian market"],
  ["CA.RY", "no Canadian market"],
  ["FX.USDCNH", "no foreign exchange"],
  ["CC.BTC", "belongs to a venue"],
  ["CC.BTCUSD", "belongs to a venue"],
  ["101.EVENT-1", "no such market"],
] as const;

test.each(futuOnly)("%s is Futu's only: %s", (futu, why) => {
  expect(futuToLongPort(futu)).toEqual({ unsupported: expect.stringContaining(why) });
  expect(futuToLongPort(futu).unsupported).toContain(futu);
  expect(fromFutuSymbol(futu)).toBe(`futu:${futu}`);
  expect(toFutuSymbol(`futu:${futu}`)).toEqual({ symbol: futu });
  expect(parseWatchlistSymbol(`futu:${futu}`)).toBe(`futu:${futu}`);
});

const longPortOnly = [
  ["BTCUSD.HAS", "belong to no venue"],
  ["BTCUSD.OSL", "belong to no venue"],
  ["BTCUSD.BKKT", "belong to no venue"],
  ["HSCI.HK", "not confirmed"],
  ["HSLI.HK", "not confirmed"],
  ["HSCCI.HK", "not confirmed"],
  ["800000.HK", "at most five digits"],
  ["0.HK", "a code of zeros"],
  ["00000.HK", "a code of zeros"],
  [".DJT.US", "this index is not confirmed"],
  [".NDXTMC.US", "this index is not confirmed"],
  ["aapl.US", "not confirmed"],
  ["BAC-A.US", "not confirmed"],
  ["1.SH", "six digits"],
  ["STI.SG", "not confirmed"],
  ["FSTC.SG", "not confirmed"],
  ["FSTRE.SG", "not confirmed"],
] as const;

test.each(longPortOnly)("%s is LongPort's only: %s", (longPort, why) => {
  expect(longPortToFutu(longPort)).toEqual({ unsupported: expect.stringContaining(why) });
  expect(fromLongPortSymbol(longPort)).toBe(`longport:${longPort}`);
  expect(toLongPortSymbol(`longport:${longPort}`)).toEqual({ symbol: longPort });
  expect(parseWatchlistSymbol(longPort)).toBe(`longport:${longPort}`);
});

test("a market that is no region of LongPort's is not mapped by chance", () => {
  expect(longPortToFutu("7203.JP")).toEqual({ unsupported: "7203.JP: LongPort's region is not known" });
  expect(longPortToFutu("no symbol")).toEqual({ unsupported: "no symbol: not a symbol" });
  expect(longPortToFutu("constructor.CONSTRUCTOR").unsupported).toBeDefined();
});

test("the wire's form is taken as well, and the deprecated market of Hong Kong's futures is Hong Kong", () => {
  expect(futuToLongPort({ market: 1, code: "00700" })).toEqual({ symbol: "700.HK" });
  expect(fromFutuSymbol({ market: 2, code: "HSImain" })).toBe("futu:HK.HSImain");
  expect(fromFutuSymbol({ market: 999, code: "X" })).toBe("futu:999.X");
});

describe("what people write", () => {
  test.each([
    ["0700.HK", "700.HK"],
    ["00700.HK", "700.HK"],
    ["700.hk", "700.HK"],
    ["000001.SZ", "000001.SZ"],
    ["longport:00700.HK", "700.HK"],
  ])("%s is %s", (text, symbol) => {
    expect(parseWatchlistSymbol(text)).toBe(symbol);
  });

  test.each([
    ["HK.00700", 'Futu\'s own form as in "futu:JP.7203"'],
    ["7203.JP", "regions are HK, US, SH, SZ, SG, HAS, OSL, BKKT"],
    ["AAPL", "write ticker, dot and region"],
    [".US", "write ticker, dot and region"],
    ["", "write ticker, dot and region"],
    ["A APL.US", "write ticker, dot and region"],
    ["futu:700.HK", "the market, a dot and the code"],
    ["futu:", "the market, a dot and the code"],
    [7 as unknown as string, "a symbol must be a text"],
  ])("%j is refused: %s", (text, why) => {
    expect(() => parseWatchlistSymbol(text)).toThrow(WatchlistError);
    expect(() => parseWatchlistSymbol(text)).toThrow(why);
  });
});

describe("round trips", () => {
  const letters = (minLength: number, maxLength: number) =>
    fc.stringMatching(new RegExp(`^[A-Z]{${minLength},${maxLength}}$`));
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
  const yymmdd = fc
    .date({ min: new Date("2020-01-01"), max: new Date("2039-12-31"), noInvalidDate: true })
    .map((date) => date.toISOString().slice(2, 10).replaceAll("-", ""));
  const option = fc
    .tuple(letters(1, 6), yymmdd, fc.constantFrom("C", "P"), fc.integer({ min: 1, max: 9_999_999 }))
    .map((parts) => parts.join(""));

  /** Futu's codes of each row that both brokers have, with what they are at LongPort. */
  const rows: Record<string, fc.Arbitrary<readonly [futu: string, longPort: string]>> = {
    "a share of Hong Kong": fc
      .integer({ min: 1, max: 99_999 })
      .map((code) => [`HK.${String(code).padStart(5, "0")}`, `${code}.HK`] as const),
    "an index of Hong Kong": fc.constantFrom(...pairs.filter(([futu]) => /^HK\.8\d{5}$/.test(futu))),
    "a US share": letters(1, 6).map((code) => [`US.${code}`, `${code}.US`] as const),
    "a US share of a class": fc
      .tuple(letters(1, 5), letters(1, 2))
      .map(([share, type]) => [`US.${share}.${type}`, `${share}.${type}.US`] as const),
    "a US index": fc.constantFrom(...pairs.filter(([futu]) => futu.startsWith("US.."))),
    "a US option": option.map((code) => [`US.${code}`, `${code}.US`] as const),
    "mainland China": fc
      .tuple(fc.constantFrom("SH", "SZ"), digits(6))
      .map(([market, code]) => [`${market}.${code}`, `${code}.${market}`] as const),
    Singapore: fc
      .stringMatching(/^[A-Z0-9]{3,4}$/)
      .filter((code) => !["STI", "FSTC"].includes(code))
      .map((code) => [`SG.${code}`, `${code}.SG`] as const),
  };

  test.each(Object.entries(rows))("%s", (_, row) => {
    fc.assert(
      fc.property(row, ([futu, longPort]) => {
        expect(futuToLongPort(futu)).toEqual({ symbol: longPort });
        expect(longPortToFutu(longPort)).toEqual({ symbol: futu });
        expect(fromFutuSymbol(futu)).toBe(longPort);
      }),
    );
  });

  const futureOrPlate = fc.oneof(
    letters(2, 4).map((code) => `${code}main`),
    fc.tuple(letters(2, 4), digits(4)).map((parts) => parts.join("")),
    digits(4).map((code) => `BK${code}`),
  );
  const futuOnlyRows: Record<string, fc.Arbitrary<string>> = {
    "an option of Hong Kong": option.map((code) => `HK.${code}`),
    "a future or a plate": fc
      .tuple(fc.constantFrom("HK", "US", "SH", "SZ", "SG"), futureOrPlate)
      .map((parts) => parts.join(".")),
    "a market that LongPort does not have": fc
      .tuple(fc.constantFrom("JP", "AU", "MY", "CA", "FX", "CC", "101"), fc.stringMatching(/^[A-Z0-9.-]{1,12}$/))
      .filter(([market, code]) => market !== "101" || !/^(HK|US|SH|SZ|SG|JP|AU|MY|CA|FX|CC)$/.test(code))
      .map((parts) => parts.join(".")),
    "six digits in Hong Kong": digits(6)
      .filter((code) => !["800000", "800100", "800700"].includes(code))
      .map((code) => `HK.${code}`),
  };

  test.each(Object.entries(futuOnlyRows))("Futu only: %s", (_, row) => {
    fc.assert(
      fc.property(row, (futu) => {
        expect(futuToLongPort(futu)).toEqual({ unsupported: expect.stringContaining(futu) });
        expect(toFutuSymbol(fromFutuSymbol(futu))).toEqual({ symbol: futu });
      }),
    );
  });

  test("whatever Futu lists comes back as it was, and is never another security", () => {
    const anything = fc
      .tuple(fc.constantFrom("HK", "US", "SH", "SZ", "SG", "JP", "CC"), fc.stringMatching(/^[A-Za-z0-9.\-_ ]{1,12}$/))
      .map((parts) => parts.join("."));
    fc.assert(
      fc.property(fc.oneof(anything, ...Object.values(futuOnlyRows)), (futu) => {
        const symbol = fromFutuSymbol(futu);
        expect(toFutuSymbol(symbol)).toEqual({ symbol: futu });
        expect(parseWatchlistSymbol(symbol)).toBe(symbol);
        const { symbol: longPort } = futuToLongPort(futu);
        if (longPort !== undefined) expect(longPortToFutu(longPort)).toEqual({ symbol: futu });
      }),
      { numRuns: 2000 },
    );
  });

  test("whatever LongPort lists comes back as it was, and is never another security", () => {
    const region = fc.constantFrom("HK", "US", "SH", "SZ", "SG", "HAS", "OSL", "BKKT");
    const anything = fc
      .tuple(fc.stringMatching(/^[A-Za-z0-9.\-_]{1,12}$/), region)
      .map((parts) => parts.join("."))
      .filter((text) => !/^0+[1-9]\d*\.HK$/.test(text));
    fc.assert(
      fc.property(anything, (longPort) => {
        const symbol = fromLongPortSymbol(longPort);
        expect(toLongPortSymbol(symbol)).toEqual({ symbol: longPort });
        expect(parseWatchlistSymbol(symbol)).toBe(symbol);
        const { symbol: futu } = longPortToFutu(longPort);
        if (futu !== undefined) expect(futuToLongPort(futu)).toEqual({ symbol: longPort });
      }),
      { numRuns: 2000 },
    );
  });
});
