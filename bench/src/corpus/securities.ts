import type { Random } from "../random.ts";
import { day, type Message } from "./message.ts";
import { companyName, warrantName } from "./names.ts";

export interface Market {
  readonly id: number;
  readonly utcOffsetHours: number;
  readonly exchange: number;
  readonly lots: readonly number[];
  readonly code: (random: Random) => string;
  /** How many of its names are Chinese. */
  readonly chinese: number;
}

const digits = (random: Random, length: number) => String(random.integer(1, 10 ** length - 1)).padStart(length, "0");
const letters = (random: Random) =>
  Array.from({ length: random.integer(1, 4) }, () => random.pick([..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"])).join("");

export const HK: Market = {
  id: 1,
  utcOffsetHours: 8,
  exchange: 1,
  lots: [100, 200, 500, 1000, 2000],
  code: (random) => `0${digits(random, 4)}`,
  chinese: 0.5,
};
export const US: Market = { id: 11, utcOffsetHours: -5, exchange: 5, lots: [1], code: letters, chinese: 0.2 };
const SHANGHAI: Market = {
  id: 21,
  utcOffsetHours: 8,
  exchange: 3,
  lots: [100],
  code: (random) => `60${digits(random, 4)}`,
  chinese: 1,
};
const SHENZHEN: Market = {
  id: 22,
  utcOffsetHours: 8,
  exchange: 4,
  lots: [100],
  code: (random) => `00${digits(random, 4)}`,
  chinese: 1,
};

export const SECURITY_TYPE = { equity: 3, trust: 4, warrant: 5, index: 6, plate: 7, option: 8, future: 10 } as const;
export type Kind = keyof typeof SECURITY_TYPE;

/** Out of a hundred securities, as a long watchlist mixes them. */
const MIX: readonly (readonly [Kind, number])[] = [
  ["equity", 50],
  ["warrant", 16],
  ["option", 18],
  ["future", 6],
  ["trust", 5],
  ["index", 3],
  ["plate", 2],
];

export function pickKind(random: Random): Kind {
  let rest = random.integer(0, 99);
  for (const [kind, share] of MIX) {
    rest -= share;
    if (rest < 0) return kind;
  }
  return "equity";
}

export const pickMarket = (random: Random): Market => random.pick([HK, HK, HK, US, US, US, SHANGHAI, SHENZHEN]);

/** A security's static facts, as GetUserSecurity and GetStaticInfo give them. */
export interface Security {
  readonly kind: Kind;
  readonly market: Market;
  readonly key: { readonly market: number; readonly code: string };
  readonly name: string;
  readonly lotSize: number;
  readonly listed: { readonly text: string; readonly timestamp: number };
  readonly owner: { readonly market: number; readonly code: string };
}

export function security(random: Random, kind: Kind = pickKind(random), market = pickMarket(random)): Security {
  const place = kind === "warrant" || kind === "future" ? HK : kind === "option" ? random.pick([US, US, HK]) : market;
  const listed = day(random.integer(10_000, 20_400), place.utcOffsetHours);
  const base = { kind, market: place, listed, owner: { market: place.id, code: place.code(random) } };
  const make = (code: string, name: string, lotSize: number): Security => ({
    ...base,
    key: { market: place.id, code },
    name,
    lotSize,
  });

  switch (kind) {
    case "warrant": {
      const name = warrantName(random, random.pick(["购", "沽", "牛", "熊"]));
      return make(digits(random, 5), name, random.pick([1000, 5000, 10_000]));
    }
    case "option": {
      const side = random.pick(["C", "P"]);
      const expiry = day(random.integer(20_410, 20_900), place.utcOffsetHours).text;
      const strike = random.integer(10, 900) * 500;
      const code = `${base.owner.code}${expiry.replaceAll("-", "").slice(2)}${side}${strike}`;
      const name = `${base.owner.code} ${expiry.replaceAll("-", "").slice(2)} ${(strike / 1000).toFixed(2)}${side}`;
      return make(code, name, 100);
    }
    case "future": {
      const month = String(random.integer(2601, 2612));
      const root = random.chance(0.3) ? random.pick(["HSI", "MHI", "HHI", "HTI"]) : letters(random);
      return make(`${root}${month}`, `${companyName(random, 0.5)} Future(${month})`, random.pick([10, 50]));
    }
    case "index":
      return make(String(800_000 + random.integer(0, 9999)), `${companyName(random, 0.5)} Index`, 0);
    case "plate":
      return make(`LIST${digits(random, 5)}`, `${companyName(random, 0.8)}概念`, 0);
    default:
      return make(place.code(random), companyName(random, place.chinese), random.pick(place.lots));
  }
}

/** A `Qot_Common.SecurityStaticInfo`. */
export function staticInfo(random: Random, facts: Security): Message {
  const basic = {
    security: facts.key,
    id: BigInt(random.integer(50_000_000_000_000, 84_000_000_000_000)),
    lotSize: facts.lotSize,
    secType: SECURITY_TYPE[facts.kind],
    name: facts.name,
    listTime: facts.listed.text,
    delisting: random.chance(0.03),
    listTimestamp: facts.listed.timestamp,
    exchType: facts.market.exchange,
  };
  switch (facts.kind) {
    case "warrant":
      return { basic, warrantExData: { type: random.integer(1, 5), owner: facts.owner } };
    case "option": {
      const expiry = day(random.integer(20_410, 20_900), facts.market.utcOffsetHours);
      const optionExData = {
        type: random.integer(1, 2),
        owner: facts.owner,
        strikeTime: expiry.text,
        strikePrice: random.integer(10, 900) / 2,
        suspend: false,
        market: facts.market.id === US.id ? "US" : "HK",
        strikeTimestamp: expiry.timestamp,
        expirationCycle: random.integer(1, 3),
        optionStandardType: 1,
        optionSettlementMode: random.integer(1, 2),
      };
      return { basic, optionExData };
    }
    case "future": {
      const last = day(random.integer(20_410, 20_900), facts.market.utcOffsetHours);
      const futureExData = { lastTradeTime: last.text, lastTradeTimestamp: last.timestamp, isMainContract: false };
      return { basic, futureExData };
    }
    default:
      return { basic };
  }
}
