import {
  GetGlobalState,
  type GetGlobalStateS2C,
  InitConnect,
  type InitConnectC2S,
  type InitConnectS2C,
  InitWebSocket,
  KeepAlive,
  PacketEncAlgo,
  QotGetSubInfo,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotRegQotPush,
  QotSub,
  type RequestProtocol,
} from "@tickwire/session";
import { algoOf } from "./encryption.ts";
import type { FixtureGateway } from "./fixture.ts";
import { answerMarket, type MarketSources } from "./market-answers.ts";
import { marketStates } from "./market-states.ts";
import { answerQuotes } from "./quote-answers.ts";
import type { QuoteService } from "./quote-service.ts";
import { Random } from "./random.ts";
import { type ReplyInit, succeed } from "./reply.ts";
import { answerTrades, type TradeState } from "./trade-answers.ts";
import type { Upstream } from "./upstream.ts";
import type { WatchlistState } from "./watchlist-state.ts";

/** Seconds between keep-alives that InitConnect asks for. */
const KEEP_ALIVE_SECONDS = 10;
const KEY_CHARACTERS = "0123456789ABCDEF";

/** What the built-in answers draw on. */
export interface GatewayState extends MarketSources {
  readonly gateway: FixtureGateway;
  readonly watchlist: WatchlistState;
  readonly quotes: QuoteService;
  readonly trade: TradeState;
  readonly seed: number;
  readonly upstream: Upstream;
  /** Whether it has an RSA key. */
  readonly encrypts: boolean;
}

/** The built-in answer to a protocol. The registry gives it the c2s of its own protocol. */
export type BuiltIn = (c2s: unknown, connID: bigint) => ReplyInit<unknown>;

/** Sets the built-in answer to a protocol. */
export type Answer = <C2S, S2C>(
  protocol: RequestProtocol<C2S, S2C>,
  reply: (c2s: C2S, connID: bigint) => ReplyInit<S2C>,
) => void;

/** The built-in answers, by protocol id. */
export function builtIns(state: GatewayState): ReadonlyMap<number, BuiltIn> {
  const { clock, watchlist, quotes } = state;
  const answers = new Map<number, BuiltIn>();
  const answer: Answer = (protocol, reply) => {
    answers.set(protocol.id, reply as BuiltIn);
  };
  const unixSeconds = () => BigInt(Math.floor(clock.unixMs() / 1000));

  answer(InitConnect, (c2s, connID) => succeed(connected(state, connID, c2s)));
  answer(InitWebSocket, (_, connID) => succeed({ serverTime: unixSeconds(), connID }));
  answer(KeepAlive, () => succeed({ time: unixSeconds() }));
  answer(GetGlobalState, (_, connID) => succeed(globalState(state, connID)));
  answer(QotGetUserSecurityGroup, (c2s) => watchlist.groups(c2s));
  answer(QotGetUserSecurity, (c2s) => watchlist.securities(c2s));
  answer(QotModifyUserSecurity, (c2s) => watchlist.modify(c2s));
  answer(QotSub, (c2s, connID) => quotes.subscribe(connID, c2s));
  answer(QotGetSubInfo, (c2s, connID) => quotes.subInfo(connID, c2s));
  answer(QotRegQotPush, (c2s, connID) => quotes.register(connID, c2s));
  answerQuotes(answer, quotes, clock, state.texts);
  answerMarket(answer, state);
  answerTrades(answer, state.trade);
  return answers;
}

/** OpenD sends an AES key also when nothing is encrypted, and an IV only for CBC. */
function connected({ gateway, seed, encrypts }: GatewayState, connID: bigint, c2s: InitConnectC2S): InitConnectS2C {
  const random = new Random(`${seed} ${connID}`);
  const secret = () => Array.from({ length: 16 }, () => KEY_CHARACTERS[Math.floor(random.next() * 16)]).join("");
  return {
    serverVer: gateway.serverVer,
    loginUserID: gateway.loginUserID,
    connID,
    connAESKey: secret(),
    keepAliveInterval: KEEP_ALIVE_SECONDS,
    userAttribution: gateway.userAttribution,
    ...(encrypts && algoOf(c2s) === PacketEncAlgo.AES_CBC && { aesCBCiv: secret() }),
  };
}

function globalState({ gateway, clock, market, upstream }: GatewayState, connID: bigint): GetGlobalStateS2C {
  return {
    ...marketStates(market.calendars, clock.unixMs()),
    qotLogined: !upstream.isLost,
    trdLogined: !upstream.isLost,
    serverVer: gateway.serverVer,
    serverBuildNo: gateway.serverBuildNo,
    time: BigInt(Math.floor(clock.unixMs() / 1000)),
    localTime: clock.unixMs() / 1000,
    programStatus: upstream.programStatus,
    qotSvrIpAddr: "127.0.0.1:443",
    trdSvrIpAddr: "127.0.0.1:443",
    connID,
  };
}
