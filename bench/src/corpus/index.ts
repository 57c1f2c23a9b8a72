import { type Random, seededRandom } from "../random.ts";
import type { Message } from "./message.ts";
import { bar, basicQuote, orderBook } from "./quotes.ts";
import { HK, pickMarket, type Security, security, staticInfo } from "./securities.ts";
import { snapshot } from "./snapshots.ts";

export type { Message, Value } from "./message.ts";

export const DEFAULT_SEED = 20_260_101;

/** One kind of message that is measured. */
export interface Item {
  readonly id: string;
  readonly title: string;
  /** Full name in the schema. */
  readonly message: string;
  /** Different contents that take turns. Their number is a power of two. */
  readonly samples: readonly Message[];
}

const reply = (s2c: Message): Message => ({ retType: 0, retMsg: "", errCode: 0, s2c });
const push = (s2c: Message): Message => ({ retType: 0, s2c });
const times = <T>(length: number, make: (index: number) => T): T[] => Array.from({ length }, (_, index) => make(index));

const watchlist = (random: Random, count: number): Message =>
  reply({ staticInfoList: times(count, () => staticInfo(random, security(random))) });

const GROUPS = [
  "全部",
  "沪深",
  "港股",
  "美股",
  "期权",
  "指数",
  "Favourites",
  "港股牛熊证",
  "期货",
  "Dividends",
  "AI 与半导体",
  "Watch later",
  "持仓",
];

/** The messages a to g that every implementation is measured with. */
export function corpus(seed = DEFAULT_SEED): Item[] {
  const item = (
    id: string,
    title: string,
    message: string,
    count: number,
    make: (random: Random, index: number) => Message,
  ): Item => {
    // Each item has its own numbers, so that a change of one leaves the others as they were.
    const random = seededRandom(seed + id.charCodeAt(0) * 1_000_003);
    return { id, title, message, samples: times(count, (index) => make(random, index)) };
  };
  return [
    item("a", "GetUserSecurity reply, 500 securities", "Qot_GetUserSecurity.Response", 1, (random) =>
      watchlist(random, 500),
    ),
    item("b", "GetUserSecurityGroup reply, 13 groups", "Qot_GetUserSecurityGroup.Response", 1, () =>
      reply({ groupList: GROUPS.map((groupName, index) => ({ groupName, groupType: index < 6 ? 2 : 1 })) }),
    ),
    item("c", "UpdateBasicQot push", "Qot_UpdateBasicQot.Response", 32, (random) =>
      push({ basicQotList: [basicQuote(random, security(random, "equity", pickMarket(random)))] }),
    ),
    item("d", "UpdateOrderBook push, 2 × 10 levels", "Qot_UpdateOrderBook.Response", 32, (random) =>
      push(orderBook(random, security(random, "equity"), 10)),
    ),
    item("e", "GetSecuritySnapshot reply, 200", "Qot_GetSecuritySnapshot.Response", 1, (random) =>
      reply({ snapshotList: times(200, () => snapshot(random, security(random))) }),
    ),
    item("f", "RequestHistoryKL reply, 1,000 bars", "Qot_RequestHistoryKL.Response", 1, (random) => {
      const facts = security(random, "equity", HK);
      return reply({
        security: facts.key,
        klList: times(1000, (index) => bar(random, facts, index)),
        name: facts.name,
      });
    }),
    item("g", "GetUserSecurityGroup request", "Qot_GetUserSecurityGroup.Request", 4, (_random, index) => ({
      c2s: { groupType: index },
    })),
  ];
}

/** 20,000 different securities in 32 replies: too many for any cache of texts. */
export function manySecurities(seed = DEFAULT_SEED): Item {
  const random = seededRandom(seed + 1);
  const seen = new Set<string>();
  const unseen = (): Security => {
    const candidate = security(random);
    const { key, name } = candidate;
    if (seen.has(`${key.market}.${key.code}`) || seen.has(name)) return unseen();
    seen.add(`${key.market}.${key.code}`).add(name);
    return candidate;
  };
  return {
    id: "set",
    title: "20,000 different securities in 32 replies",
    message: "Qot_GetUserSecurity.Response",
    samples: times(32, () => reply({ staticInfoList: times(625, () => staticInfo(random, unseen())) })),
  };
}
