export type {
  Clock,
  Overflow,
  Pace,
  ReconnectOptions,
  Timer,
  WebSocketLike,
  WebSocketLikeEvent,
} from "@tickwire/session/parts";
export { LongPort } from "./client.ts";
export type { Env, EnvOverrides } from "./env.ts";
export { LongPortError, type LongPortErrorCode, type LongPortErrorInit } from "./errors.ts";
export {
  type ApiKeyCredentials,
  type BearerCredentials,
  type CallOptions,
  type ClientOptions,
  defaults,
  type Fetch,
  type Language,
  type LongPortOptions,
} from "./options.ts";
export { connectQuotes, QuoteClient, type QuoteClientEvents } from "./quote-client.ts";
export type { QuoteOptions } from "./quote-options.ts";
export type { QuoteStatus } from "./quote-session.ts";
export type { QuoteStream, QuoteStreamEvents, QuoteStreamOptions } from "./quote-stream.ts";
export type { QuotesResubscribed } from "./quote-subscriptions.ts";
export { type SignInput, sign } from "./sign.ts";
export type { AccessToken, RefreshOptions } from "./token.ts";
export type { Watchlist } from "./watchlist.ts";
export type {
  DeleteOptions,
  GroupId,
  GroupUpdate,
  UpdateMode,
  WatchlistGroup,
  WatchlistSecurity,
} from "./watchlist-types.ts";
