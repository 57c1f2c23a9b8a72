// One descriptor for each command that every socket of LongPort has, and of the quote socket: the client's direction.
import type {
  AuthRequest,
  AuthResponse,
  Close,
  Heartbeat,
  ReconnectRequest,
  ReconnectResponse,
} from "../gen/longport/control.ts";
import {
  decodeAuthResponse,
  decodeClose,
  decodeHeartbeat,
  decodeReconnectResponse,
  encodeAuthRequest,
  encodeHeartbeat,
  encodeReconnectRequest,
} from "../gen/longport/control.wire.ts";
import type {
  CapitalDistributionResponse,
  CapitalFlowIntradayRequest,
  CapitalFlowIntradayResponse,
  IssuerInfoResponse,
  MarketTradeDayRequest,
  MarketTradeDayResponse,
  MarketTradePeriodResponse,
  MultiSecurityRequest,
  OptionChainDateListResponse,
  OptionChainDateStrikeInfoRequest,
  OptionChainDateStrikeInfoResponse,
  OptionQuoteResponse,
  ParticipantBrokerIdsResponse,
  PushBrokers,
  PushDepth,
  PushQuote,
  PushTrade,
  SecurityBrokersResponse,
  SecurityCalcQuoteRequest,
  SecurityCalcQuoteResponse,
  SecurityCandlestickRequest,
  SecurityCandlestickResponse,
  SecurityDepthResponse,
  SecurityHistoryCandlestickRequest,
  SecurityIntradayRequest,
  SecurityIntradayResponse,
  SecurityQuoteResponse,
  SecurityRequest,
  SecurityStaticInfoResponse,
  SecurityTradeRequest,
  SecurityTradeResponse,
  SubscribeRequest,
  SubscriptionRequest,
  SubscriptionResponse,
  UnsubscribeRequest,
  UnsubscribeResponse,
  UserQuoteProfileRequest,
  UserQuoteProfileResponse,
  WarrantFilterListRequest,
  WarrantFilterListResponse,
  WarrantQuoteResponse,
} from "../gen/longport/quote.ts";
import {
  decodeCapitalDistributionResponse,
  decodeCapitalFlowIntradayResponse,
  decodeIssuerInfoResponse,
  decodeMarketTradeDayResponse,
  decodeMarketTradePeriodResponse,
  decodeOptionChainDateListResponse,
  decodeOptionChainDateStrikeInfoResponse,
  decodeOptionQuoteResponse,
  decodeParticipantBrokerIdsResponse,
  decodePushBrokers,
  decodePushDepth,
  decodePushQuote,
  decodePushTrade,
  decodeSecurityBrokersResponse,
  decodeSecurityCalcQuoteResponse,
  decodeSecurityCandlestickResponse,
  decodeSecurityDepthResponse,
  decodeSecurityIntradayResponse,
  decodeSecurityQuoteResponse,
  decodeSecurityStaticInfoResponse,
  decodeSecurityTradeResponse,
  decodeSubscriptionResponse,
  decodeUnsubscribeResponse,
  decodeUserQuoteProfileResponse,
  decodeWarrantFilterListResponse,
  decodeWarrantQuoteResponse,
  encodeCapitalFlowIntradayRequest,
  encodeMarketTradeDayRequest,
  encodeMultiSecurityRequest,
  encodeOptionChainDateStrikeInfoRequest,
  encodeSecurityCalcQuoteRequest,
  encodeSecurityCandlestickRequest,
  encodeSecurityHistoryCandlestickRequest,
  encodeSecurityIntradayRequest,
  encodeSecurityRequest,
  encodeSecurityTradeRequest,
  encodeSubscribeRequest,
  encodeSubscriptionRequest,
  encodeUnsubscribeRequest,
  encodeUserQuoteProfileRequest,
  encodeWarrantFilterListRequest,
} from "../gen/longport/quote.wire.ts";
import { encodeNothing, type NoContent, type PushCommand, type RequestCommand } from "./command.ts";

/** The server ends the session, and tells why. */
export const CmdClose: PushCommand<Close> = {
  kind: "push",
  code: 0,
  name: "CMD_CLOSE",
  decode: decodeClose,
};

/**
 * Shows that the other side is alive: it answers with the same body. WebSocket has pings of its own, which a browser
 * cannot send or see.
 */
export const CmdHeartbeat: RequestCommand<Heartbeat, Heartbeat> = {
  kind: "request",
  code: 1,
  name: "CMD_HEARTBEAT",
  encode: encodeHeartbeat,
  decode: decodeHeartbeat,
};

/** Begins a session with a one-time token; must be the first packet of a connection. */
export const CmdAuth: RequestCommand<AuthRequest, AuthResponse> = {
  kind: "request",
  code: 2,
  name: "CMD_AUTH",
  encode: encodeAuthRequest,
  decode: decodeAuthResponse,
};

/** Takes up a session on another connection, instead of `CmdAuth`. */
export const CmdReconnect: RequestCommand<ReconnectRequest, ReconnectResponse> = {
  kind: "request",
  code: 3,
  name: "CMD_RECONNECT",
  encode: encodeReconnectRequest,
  decode: decodeReconnectResponse,
};

/** What the account may: quote levels, number of symbols, rate limits. */
export const QueryUserQuoteProfile: RequestCommand<UserQuoteProfileRequest, UserQuoteProfileResponse> = {
  kind: "request",
  code: 4,
  name: "QueryUserQuoteProfile",
  encode: encodeUserQuoteProfileRequest,
  decode: decodeUserQuoteProfileResponse,
};

/** What this session has subscribed to. */
export const Subscription: RequestCommand<SubscriptionRequest, SubscriptionResponse> = {
  kind: "request",
  code: 5,
  name: "Subscription",
  encode: encodeSubscriptionRequest,
  decode: decodeSubscriptionResponse,
};

/** Subscribes to pushes, at most 500 symbols; the answer lists what is subscribed. */
export const Subscribe: RequestCommand<SubscribeRequest, SubscriptionResponse> = {
  kind: "request",
  code: 6,
  name: "Subscribe",
  encode: encodeSubscribeRequest,
  decode: decodeSubscriptionResponse,
};

/** Ends subscriptions. */
export const Unsubscribe: RequestCommand<UnsubscribeRequest, UnsubscribeResponse> = {
  kind: "request",
  code: 7,
  name: "Unsubscribe",
  encode: encodeUnsubscribeRequest,
  decode: decodeUnsubscribeResponse,
};

/** The trading sessions of each market. */
export const QueryMarketTradePeriod: RequestCommand<NoContent, MarketTradePeriodResponse> = {
  kind: "request",
  code: 8,
  name: "QueryMarketTradePeriod",
  encode: encodeNothing,
  decode: decodeMarketTradePeriodResponse,
};

/** The days on which a market trades. */
export const QueryMarketTradeDay: RequestCommand<MarketTradeDayRequest, MarketTradeDayResponse> = {
  kind: "request",
  code: 9,
  name: "QueryMarketTradeDay",
  encode: encodeMarketTradeDayRequest,
  decode: decodeMarketTradeDayResponse,
};

/** Names, lot sizes, currencies, shares. */
export const QuerySecurityStaticInfo: RequestCommand<MultiSecurityRequest, SecurityStaticInfoResponse> = {
  kind: "request",
  code: 10,
  name: "QuerySecurityStaticInfo",
  encode: encodeMultiSecurityRequest,
  decode: decodeSecurityStaticInfoResponse,
};

/** Snapshots of securities. */
export const QuerySecurityQuote: RequestCommand<MultiSecurityRequest, SecurityQuoteResponse> = {
  kind: "request",
  code: 11,
  name: "QuerySecurityQuote",
  encode: encodeMultiSecurityRequest,
  decode: decodeSecurityQuoteResponse,
};

/** Snapshots of options. */
export const QueryOptionQuote: RequestCommand<MultiSecurityRequest, OptionQuoteResponse> = {
  kind: "request",
  code: 12,
  name: "QueryOptionQuote",
  encode: encodeMultiSecurityRequest,
  decode: decodeOptionQuoteResponse,
};

/** Snapshots of warrants. */
export const QueryWarrantQuote: RequestCommand<MultiSecurityRequest, WarrantQuoteResponse> = {
  kind: "request",
  code: 13,
  name: "QueryWarrantQuote",
  encode: encodeMultiSecurityRequest,
  decode: decodeWarrantQuoteResponse,
};

/** The order book of a security. */
export const QueryDepth: RequestCommand<SecurityRequest, SecurityDepthResponse> = {
  kind: "request",
  code: 14,
  name: "QueryDepth",
  encode: encodeSecurityRequest,
  decode: decodeSecurityDepthResponse,
};

/** The brokers' queues of a security. */
export const QueryBrokers: RequestCommand<SecurityRequest, SecurityBrokersResponse> = {
  kind: "request",
  code: 15,
  name: "QueryBrokers",
  encode: encodeSecurityRequest,
  decode: decodeSecurityBrokersResponse,
};

/** The brokers, by their ids. */
export const QueryParticipantBrokerIds: RequestCommand<NoContent, ParticipantBrokerIdsResponse> = {
  kind: "request",
  code: 16,
  name: "QueryParticipantBrokerIds",
  encode: encodeNothing,
  decode: decodeParticipantBrokerIdsResponse,
};

/** The last trades of a security. */
export const QueryTrade: RequestCommand<SecurityTradeRequest, SecurityTradeResponse> = {
  kind: "request",
  code: 17,
  name: "QueryTrade",
  encode: encodeSecurityTradeRequest,
  decode: decodeSecurityTradeResponse,
};

/** The prices of the day. */
export const QueryIntraday: RequestCommand<SecurityIntradayRequest, SecurityIntradayResponse> = {
  kind: "request",
  code: 18,
  name: "QueryIntraday",
  encode: encodeSecurityIntradayRequest,
  decode: decodeSecurityIntradayResponse,
};

/** The newest candlesticks. */
export const QueryCandlestick: RequestCommand<SecurityCandlestickRequest, SecurityCandlestickResponse> = {
  kind: "request",
  code: 19,
  name: "QueryCandlestick",
  encode: encodeSecurityCandlestickRequest,
  decode: decodeSecurityCandlestickResponse,
};

/** Expiry dates of a security's options. */
export const QueryOptionChainDate: RequestCommand<SecurityRequest, OptionChainDateListResponse> = {
  kind: "request",
  code: 20,
  name: "QueryOptionChainDate",
  encode: encodeSecurityRequest,
  decode: decodeOptionChainDateListResponse,
};

/** Strike prices of a security's options at one date. */
export const QueryOptionChainDateStrikeInfo: RequestCommand<
  OptionChainDateStrikeInfoRequest,
  OptionChainDateStrikeInfoResponse
> = {
  kind: "request",
  code: 21,
  name: "QueryOptionChainDateStrikeInfo",
  encode: encodeOptionChainDateStrikeInfoRequest,
  decode: decodeOptionChainDateStrikeInfoResponse,
};

/** Who issues warrants. */
export const QueryWarrantIssuerInfo: RequestCommand<NoContent, IssuerInfoResponse> = {
  kind: "request",
  code: 22,
  name: "QueryWarrantIssuerInfo",
  encode: encodeNothing,
  decode: decodeIssuerInfoResponse,
};

/** Warrants that fit a filter. */
export const QueryWarrantFilterList: RequestCommand<WarrantFilterListRequest, WarrantFilterListResponse> = {
  kind: "request",
  code: 23,
  name: "QueryWarrantFilterList",
  encode: encodeWarrantFilterListRequest,
  decode: decodeWarrantFilterListResponse,
};

/** Capital flow of the day. */
export const QueryCapitalFlowIntraday: RequestCommand<CapitalFlowIntradayRequest, CapitalFlowIntradayResponse> = {
  kind: "request",
  code: 24,
  name: "QueryCapitalFlowIntraday",
  encode: encodeCapitalFlowIntradayRequest,
  decode: decodeCapitalFlowIntradayResponse,
};

/** Capital distribution of the day. */
export const QueryCapitalFlowDistribution: RequestCommand<SecurityRequest, CapitalDistributionResponse> = {
  kind: "request",
  code: 25,
  name: "QueryCapitalFlowDistribution",
  encode: encodeSecurityRequest,
  decode: decodeCapitalDistributionResponse,
};

/** Computed figures of securities. */
export const QuerySecurityCalcIndex: RequestCommand<SecurityCalcQuoteRequest, SecurityCalcQuoteResponse> = {
  kind: "request",
  code: 26,
  name: "QuerySecurityCalcIndex",
  encode: encodeSecurityCalcQuoteRequest,
  decode: decodeSecurityCalcQuoteResponse,
};

/** Candlesticks of the past. */
export const QueryHistoryCandlestick: RequestCommand<SecurityHistoryCandlestickRequest, SecurityCandlestickResponse> = {
  kind: "request",
  code: 27,
  name: "QueryHistoryCandlestick",
  encode: encodeSecurityHistoryCandlestickRequest,
  decode: decodeSecurityCandlestickResponse,
};

/** Changes of a quote; only the fields that changed are set. */
export const PushQuoteData: PushCommand<PushQuote> = {
  kind: "push",
  code: 101,
  name: "PushQuoteData",
  decode: decodePushQuote,
};

/** An order book. */
export const PushDepthData: PushCommand<PushDepth> = {
  kind: "push",
  code: 102,
  name: "PushDepthData",
  decode: decodePushDepth,
};

/** Brokers' queues. */
export const PushBrokersData: PushCommand<PushBrokers> = {
  kind: "push",
  code: 103,
  name: "PushBrokersData",
  decode: decodePushBrokers,
};

/** Trades. */
export const PushTradeData: PushCommand<PushTrade> = {
  kind: "push",
  code: 104,
  name: "PushTradeData",
  decode: decodePushTrade,
};
