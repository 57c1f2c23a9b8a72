import {
  type MarketTradeDayRequest,
  type MultiSecurityRequest,
  PacketStatus,
  QueryMarketTradeDay,
  QuerySecurityQuote,
  QuerySecurityStaticInfo,
  QueryUserQuoteProfile,
  Subscribe,
  type SubscribeRequest,
  Subscription,
  SubType,
  Unsubscribe,
  type UnsubscribeRequest,
} from "@tickwire/codec/longport";
import type { LongPortFixtureSecurity } from "./longport-fixture.ts";
import type { LongPortPrices } from "./longport-prices.ts";
import type { LongPortQuoteFeed } from "./longport-quote-feed.ts";
import { invalidRequest, type SocketRefusal, type SocketReply, socketRefusal } from "./longport-socket-reply.ts";
import { marketOf, symbolProblem } from "./longport-symbol.ts";

/** Symbols that one request may name [vendor's rule]. */
const MAX_SYMBOLS = 500;
const DAY_MS = 86_400_000;
/** Days that a question about trade days may span: a year, so that the answer stays small. */
const MAX_DAYS = 366;

/** What the commands work on. */
export interface SocketCommandsInit<Subscriber> {
  readonly feed: LongPortQuoteFeed<Subscriber>;
  readonly prices: LongPortPrices;
  readonly securities: readonly LongPortFixtureSecurity[];
  readonly maxSubscriptions: number;
}

/** Answers a request of a connection that has a session. */
export type SocketCommand<Subscriber> = (request: never, subscriber: Subscriber) => SocketReply;

/** What the fake can be asked on the quote socket, by the number of the command; it has the rest of them not. */
export function socketCommands<Subscriber>({
  feed,
  prices,
  securities,
  maxSubscriptions,
}: SocketCommandsInit<Subscriber>): ReadonlyMap<number, SocketCommand<Subscriber>> {
  const subscribe = (request: SubscribeRequest, subscriber: Subscriber): SocketReply => {
    const { symbol: symbols, subType: types, isFirstPush } = request;
    const problem = symbolsProblem(symbols) ?? typesProblem(types);
    if (problem !== undefined) return problem;
    if (feed.countWith(symbols) > maxSubscriptions)
      return socketRefusal(PacketStatus.BadRequest, 301_605, `too many subscriptions, limit = ${maxSubscriptions}`);
    feed.subscribe(subscriber, symbols, types);
    const content = { subList: feed.of(subscriber) };
    if (!isFirstPush || !types.includes(SubType.QUOTE)) return { content };
    return { content, afterwards: () => feed.pushWhole(subscriber, symbols) };
  };

  const unsubscribe = (request: UnsubscribeRequest, subscriber: Subscriber): SocketReply => {
    const { symbol, subType, unsubAll } = request;
    // Which of the two lists it heeds then is not documented: everything ends.
    const symbols = unsubAll ? feed.of(subscriber).map((each) => each.symbol) : symbol;
    const types = unsubAll ? everyType : subType;
    const problem = unsubAll ? undefined : (symbolsProblem(symbols) ?? typesProblem(types));
    if (problem !== undefined) return problem;
    feed.unsubscribe(subscriber, symbols, types);
    return { content: {} };
  };

  const quotes = ({ symbol: symbols }: MultiSecurityRequest): SocketReply =>
    symbolsProblem(symbols) ?? { content: { secuQuote: symbols.map((each) => prices.quote(each)) } };

  // The fixture has one name, in whatever language; a security that it does not have goes by its symbol.
  const nameOf = new Map(securities.map(({ symbol, name }) => [symbol, name]));
  const staticInfo = ({ symbol: symbols }: MultiSecurityRequest): SocketReply =>
    symbolsProblem(symbols) ?? {
      content: {
        secuStaticInfo: symbols.map((symbol) => {
          const name = nameOf.get(symbol) ?? symbol;
          return { symbol, nameCn: name, nameEn: name, nameHk: name, currency: currencyOf[marketOf(symbol)] };
        }),
      },
    };

  const profile = (): SocketReply => ({
    // Without rate limits: a client of the vendor waits a second before the first command of each that has one.
    content: { memberId: 10_000_001n, quoteLevel: "Lv1", subscribeLimit: maxSubscriptions },
  });

  return new Map<number, SocketCommand<Subscriber>>([
    [QueryUserQuoteProfile.code, profile],
    [Subscription.code, (_, subscriber) => ({ content: { subList: feed.of(subscriber) } })],
    [Subscribe.code, subscribe],
    [Unsubscribe.code, unsubscribe],
    [QueryMarketTradeDay.code, tradeDays],
    [QuerySecurityStaticInfo.code, staticInfo],
    [QuerySecurityQuote.code, quotes],
  ]);
}

/** That of crypto depends on the pair, and is left out. */
const currencyOf: Readonly<Record<string, string>> = { US: "USD", HK: "HKD", CN: "CNY", SG: "SGD" };

const everyType: readonly SubType[] = [SubType.QUOTE, SubType.DEPTH, SubType.BROKERS, SubType.TRADE];

function symbolsProblem(symbols: readonly string[]): SocketRefusal | undefined {
  if (symbols.length === 0) return invalidRequest("no symbol is given");
  if (symbols.length > MAX_SYMBOLS)
    return socketRefusal(PacketStatus.BadRequest, 301_607, `too many symbols, limit = ${MAX_SYMBOLS}`);
  const problem = symbols.map(symbolProblem).find((each) => each !== undefined);
  return problem === undefined ? undefined : invalidRequest(problem);
}

function typesProblem(types: readonly SubType[]): SocketRefusal | undefined {
  if (types.length === 0) return invalidRequest("no sub_type is given");
  const wrong = types.find((type) => !everyType.includes(type));
  return wrong === undefined ? undefined : invalidRequest(`${wrong} is no sub_type: they are 1 to 4`);
}

/** Every Monday to Friday: the fake knows no holidays. */
function tradeDays({ market, begDay, endDay }: MarketTradeDayRequest): SocketReply {
  if (!["US", "HK", "CN", "SG"].includes(market)) return invalidRequest(`${JSON.stringify(market)} is no market`);
  const [first, last] = [unixMsOf(begDay), unixMsOf(endDay)];
  if (first === undefined || last === undefined) return invalidRequest("beg_day and end_day are days as YYYYMMDD");
  if (last - first > MAX_DAYS * DAY_MS) return invalidRequest(`more than ${MAX_DAYS} days`);
  const tradeDay: string[] = [];
  for (let day = first; day <= last; day += DAY_MS)
    if (![0, 6].includes(new Date(day).getUTCDay())) tradeDay.push(dayOf(day));
  return { content: { tradeDay } };
}

function unixMsOf(day: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(day);
  const unixMs = parts === null ? Number.NaN : Date.parse(`${parts[1]}-${parts[2]}-${parts[3]}`);
  return Number.isNaN(unixMs) ? undefined : unixMs;
}

const dayOf = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10).replaceAll("-", "");
