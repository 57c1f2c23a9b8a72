import type { Random } from "../random.ts";
import { day, type Message, moment } from "./message.ts";
import { preAfterMarket, prices } from "./quotes.ts";
import { SECURITY_TYPE, type Security, US } from "./securities.ts";

/** A `Qot_GetSecuritySnapshot.Snapshot`. */
export function snapshot(random: Random, facts: Security): Message {
  return { basic: basic(random, facts), ...details(random, facts) };
}

function basic(random: Random, facts: Security): Message {
  const { highPrice, openPrice, lowPrice, lastClosePrice, curPrice, volume, turnover } = prices(random);
  const updated = moment(1_763_000_000 + random.integer(0, 20_000), facts.market.utcOffsetHours);
  const american = facts.market.id === US.id;
  const share = facts.kind === "equity" || facts.kind === "trust";
  return {
    security: facts.key,
    type: SECURITY_TYPE[facts.kind],
    isSuspend: random.chance(0.02),
    listTime: facts.listed.text,
    lotSize: facts.lotSize,
    priceSpread: random.pick([0.001, 0.01, 0.05, 0.2]),
    updateTime: updated.text,
    highPrice,
    openPrice,
    lowPrice,
    lastClosePrice,
    curPrice,
    volume,
    turnover,
    turnoverRate: random.decimal(0, 9),
    listTimestamp: facts.listed.timestamp,
    updateTimestamp: updated.timestamp,
    askPrice: Number((curPrice + 0.01).toFixed(3)),
    bidPrice: curPrice,
    askVol: BigInt(random.integer(1, 90_000) * 100),
    bidVol: BigInt(random.integer(1, 90_000) * 100),
    ...(share && {
      enableMargin: random.chance(0.7),
      mortgageRatio: random.integer(0, 80),
      longMarginInitialRatio: random.integer(20, 60),
      enableShortSell: random.chance(0.4),
      shortSellRate: random.decimal(0, 9),
      shortAvailableVolume: BigInt(random.integer(0, 5_000_000)),
      shortMarginInitialRatio: random.integer(40, 80),
    }),
    amplitude: random.decimal(0, 12),
    avgPrice: curPrice,
    bidAskRatio: random.decimal(-100, 100),
    volumeRatio: random.decimal(0, 5),
    highest52WeeksPrice: Number((highPrice * 1.3).toFixed(3)),
    lowest52WeeksPrice: Number((lowPrice * 0.6).toFixed(3)),
    highestHistoryPrice: Number((highPrice * 2.1).toFixed(3)),
    lowestHistoryPrice: Number((lowPrice * 0.2).toFixed(3)),
    ...(american && { preMarket: preAfterMarket(random), afterMarket: preAfterMarket(random) }),
    secStatus: 1,
    closePrice5Minute: curPrice,
    name: facts.name,
    ...(american && { overnight: preAfterMarket(random) }),
  };
}

function details(random: Random, facts: Security): Message {
  const expiry = day(random.integer(20_410, 20_900), facts.market.utcOffsetHours);
  const counts = () => ({
    raiseCount: random.integer(0, 1500),
    fallCount: random.integer(0, 1500),
    equalCount: random.integer(0, 300),
  });
  switch (facts.kind) {
    case "equity":
      return { equityExData: equity(random) };
    case "warrant":
      return { warrantExData: warrant(random, facts, expiry) };
    case "option":
      return { optionExData: option(random, facts, expiry) };
    case "index":
      return { indexExData: counts() };
    case "plate":
      return { plateExData: counts() };
    case "future":
      return {
        futureExData: {
          lastSettlePrice: random.decimal(1000, 30_000),
          position: random.integer(0, 200_000),
          positionChange: random.integer(-9000, 9000),
          lastTradeTime: expiry.text,
          lastTradeTimestamp: expiry.timestamp,
          isMainContract: random.chance(0.3),
        },
      };
    case "trust":
      return {
        trustExData: {
          dividendYield: random.decimal(0, 6),
          aum: random.decimal(1e7, 9e10),
          outstandingUnits: BigInt(random.integer(1e6, 9e9)),
          netAssetValue: random.decimal(5, 500),
          premium: random.decimal(-3, 3),
          assetClass: random.integer(1, 4),
        },
      };
  }
}

function equity(random: Random): Message {
  return {
    issuedShares: BigInt(random.integer(1e7, 9e10)),
    issuedMarketVal: random.decimal(1e8, 4e12),
    netAsset: random.decimal(1e8, 1e12),
    netProfit: random.decimal(-1e9, 2e11),
    earningsPershare: random.decimal(-2, 30),
    outstandingShares: BigInt(random.integer(1e7, 9e10)),
    outstandingMarketVal: random.decimal(1e8, 4e12),
    netAssetPershare: random.decimal(0, 120),
    eyRate: random.decimal(-0.2, 0.2),
    peRate: random.decimal(3, 90),
    pbRate: random.decimal(0.2, 20),
    peTTMRate: random.decimal(3, 90),
    dividendTTM: random.decimal(0, 9),
    dividendRatioTTM: random.decimal(0, 9),
    dividendLFY: random.decimal(0, 9),
    dividendLFYRatio: random.decimal(0, 9),
  };
}

function warrant(random: Random, facts: Security, expiry: { text: string; timestamp: number }): Message {
  return {
    conversionRate: random.pick([10, 50, 100]),
    warrantType: random.integer(1, 4),
    strikePrice: random.decimal(1, 700),
    maturityTime: expiry.text,
    endTradeTime: expiry.text,
    owner: facts.owner,
    recoveryPrice: random.decimal(1, 700),
    streetVolumn: BigInt(random.integer(0, 90_000_000)),
    issueVolumn: BigInt(random.integer(1, 20) * 10_000_000),
    streetRate: random.decimal(0, 90),
    delta: random.decimal(-1, 1),
    impliedVolatility: random.decimal(10, 90),
    premium: random.decimal(-5, 90),
    maturityTimestamp: expiry.timestamp,
    endTradeTimestamp: expiry.timestamp,
    leverage: random.decimal(1, 40),
    ipop: random.decimal(-90, 90),
    breakEvenPoint: random.decimal(1, 700),
    conversionPrice: random.decimal(1, 90),
    priceRecoveryRatio: random.decimal(-90, 90),
    score: random.decimal(0, 100),
    issuerCode: random.pick(["MB", "JP", "SG", "BI", "HS", "UB"]),
  };
}

function option(random: Random, facts: Security, expiry: { text: string; timestamp: number }): Message {
  return {
    type: random.integer(1, 2),
    owner: facts.owner,
    strikeTime: expiry.text,
    strikePrice: random.integer(10, 900) / 2,
    contractSize: 100,
    openInterest: random.integer(0, 90_000),
    impliedVolatility: random.decimal(10, 120),
    premium: random.decimal(-5, 60),
    delta: random.decimal(-1, 1, 4),
    gamma: random.decimal(0, 0.2, 4),
    vega: random.decimal(0, 2, 4),
    theta: random.decimal(-2, 0, 4),
    rho: random.decimal(-1, 1, 4),
    strikeTimestamp: expiry.timestamp,
    netOpenInterest: random.integer(-900, 900),
    expiryDateDistance: random.integer(0, 500),
    contractNominalValue: random.decimal(1000, 90_000),
    ownerLotMultiplier: 1,
    optionAreaType: 1,
    contractMultiplier: 100,
    contractSizeFloat: 100,
  };
}
