import {
  type BasicQot,
  contentOf,
  formatSymbol,
  GetGlobalState,
  GroupType,
  InitConnect,
  type JsonValue,
  QotGetBasicQot,
  QotGetUserSecurity,
  type QotGetUserSecurityC2S,
  QotGetUserSecurityGroup,
  QotUpdateBasicQot,
  RetType,
  type SecurityStaticInfo,
  toJson,
} from "@tickwire/session";
import { parseFixture } from "./fixtures.ts";
import { parseRecording, type RecordedEvent, readMessage, wrong } from "./recording.ts";

type Line = RecordedEvent & { readonly line: number };
type AnyProtocol<S2C> = Parameters<typeof readMessage<S2C>>[0];

/**
 * A fixture of what a recording of OpenD shows of the account, as JSON for `parseFixture`: the groups and their securities, as
 * they were when they were first read, and the first quote of each. A security that no quote was seen of has the price 0.
 * @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line; `TESTKIT_FIXTURE` when OpenD's values are beyond what a
 *   fixture takes.
 */
export function fixtureFromRecording(text: string): JsonValue {
  const { header, events } = parseRecording(text);
  if (header.dialect === "http") throw wrong(1, "it is LongPort's", "use longPortFixtureFromRecording");
  const { groups, securities } = watchlistOf(events);
  const quotes = quotesOf(events);
  const fixture = toJson({
    version: 1,
    gateway: {
      language: groups.some(({ name }) => name === "全部") ? "zh" : "en",
      // The two caps that there are.
      watchlistCap: groups.some(({ members }) => members.length > 500) ? 2000 : 500,
      ...gatewayOf(events),
    },
    securities: [...securities].map(([symbol, info]) => ({
      symbol,
      ...securityOf(info),
      quote: quoteOf(quotes.get(symbol)),
    })),
    groups,
  });
  parseFixture(fixture);
  return fixture;
}

/** The contents of a protocol's successful replies, or of its pushes, in order, with their events. */
function* contentsOf<S2C>(events: readonly Line[], protocol: AnyProtocol<S2C> & { readonly id: number }) {
  for (const event of events) {
    if ((event.event !== "reply" && event.event !== "push") || event.id !== protocol.id) continue;
    if (event.message === undefined) continue;
    const response = readMessage(protocol, event.message, event.line);
    if (response.retType === RetType.Succeed) yield { event, s2c: contentOf(protocol, response) };
  }
}

function gatewayOf(events: readonly Line[]): object {
  const [login] = contentsOf(events, InitConnect);
  const [state] = contentsOf(events, GetGlobalState);
  const serverVer = login?.s2c.serverVer ?? state?.s2c.serverVer;
  const serverBuildNo = state?.s2c.serverBuildNo;
  return {
    ...(serverVer !== undefined && { serverVer }),
    ...(serverBuildNo !== undefined && { serverBuildNo }),
    ...(login && { loginUserID: login.s2c.loginUserID, userAttribution: login.s2c.userAttribution }),
  };
}

function watchlistOf(events: readonly Line[]) {
  const requests = new Map(events.flatMap((event) => (event.event === "request" ? [[event.n, event.message]] : [])));
  const listed: { readonly name: string; readonly type: "system" | "custom" }[] = [];
  for (const { s2c } of contentsOf(events, QotGetUserSecurityGroup)) {
    // Names need not be unique within a list, and a further list has the same groups once more.
    const before = [...listed];
    for (const { groupName: name, groupType } of s2c.groupList) {
      const index = before.findIndex((each) => each.name === name);
      if (index >= 0) before.splice(index, 1);
      else listed.push({ name, type: groupType === GroupType.System ? "system" : "custom" });
    }
  }
  const members = new Map<string, readonly string[]>();
  const securities = new Map<string, SecurityStaticInfo>();
  for (const { event, s2c } of contentsOf(events, QotGetUserSecurity)) {
    const request = requests.get((event as { n: number }).n) as QotGetUserSecurityC2S | undefined;
    if (request === undefined) throw wrong(event.line, "its request is missing", "restore that line, or record anew");
    const { groupName: name } = request;
    const symbols = s2c.staticInfoList.map(({ basic }) => formatSymbol(basic.security));
    for (const [index, symbol] of symbols.entries())
      if (!securities.has(symbol)) securities.set(symbol, s2c.staticInfoList[index]!);
    if (!members.has(name)) members.set(name, [...new Set(symbols)]);
    // One that was read and never listed; which type it has is not in the recording.
    if (!listed.some((each) => each.name === name)) listed.push({ name, type: "custom" });
  }
  // Of groups of one name OpenD shows the first.
  const groups = listed.map(({ name, type }, index) => {
    const isFirst = listed.findIndex((each) => each.name === name) === index;
    return { name, type, members: (isFirst ? members.get(name) : undefined) ?? [] };
  });
  return { groups, securities };
}

function quotesOf(events: readonly Line[]): ReadonlyMap<string, BasicQot> {
  const quotes = new Map<string, BasicQot>();
  const lists = [...contentsOf(events, QotGetBasicQot), ...contentsOf(events, QotUpdateBasicQot)];
  for (const { s2c } of lists.sort((a, b) => a.event.line - b.event.line))
    for (const quote of s2c.basicQotList) {
      const symbol = formatSymbol(quote.security);
      if (!quotes.has(symbol)) quotes.set(symbol, quote);
    }
  return quotes;
}

function securityOf({ basic, warrantExData, optionExData, futureExData }: SecurityStaticInfo): object {
  const { security: _, id, lotSize, secType, name, listTime, delisting, listTimestamp, exchType } = basic;
  const owned = <T extends { owner: Parameters<typeof formatSymbol>[0] }>(data: T) => ({
    ...data,
    owner: formatSymbol(data.owner),
  });
  return {
    ...{ id, lotSize, secType, name, listTime, delisting, listTimestamp, exchType },
    warrant: warrantExData && pick(owned(warrantExData), ["type", "owner"]),
    option:
      optionExData &&
      pick(owned(optionExData), ["type", "owner", "strikeTime", "strikePrice", "suspend", "market", "strikeTimestamp"]),
    future: futureExData && pick(futureExData, ["lastTradeTime", "isMainContract"]),
  };
}

function quoteOf(quote: BasicQot | undefined): object {
  if (quote === undefined) return { curPrice: 0 };
  const { curPrice, lowPrice, highPrice, priceSpread } = quote;
  return {
    ...pick(quote, ["curPrice", "lastClosePrice", "openPrice", "volume", "turnover", "turnoverRate", "isSuspended"]),
    // Before the first trade of a day OpenD tells 0.
    lowPrice: Math.min(lowPrice || curPrice, curPrice),
    highPrice: Math.max(highPrice, curPrice),
    ...(priceSpread > 0 && { priceSpread }),
  };
}

function pick<T extends object, K extends keyof T>(from: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as Pick<T, K>;
}
