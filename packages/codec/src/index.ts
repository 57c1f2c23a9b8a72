export type { BodyCipher, CipherSuite } from "./crypto/cipher.ts";
export { md5Hex } from "./crypto/md5.ts";
export { sha1 } from "./crypto/sha1.ts";
export {
  brand,
  CodecError,
  type CodecErrorCode,
  type Outcome,
  TickwireError,
  type TickwireErrorInit,
} from "./errors.ts";
export * from "./gen/core.ts";
export { type JsonValue, toJson } from "./json.ts";
export { enumName } from "./opend/enum-name.ts";
export { contentOf, decodeResponse, encodeMessage, encodeRequest } from "./opend/envelope.ts";
export type { JsonBodies } from "./opend/json-bodies.ts";
export { DEFAULT_MAX_BODY_BYTES } from "./opend/limits.ts";
export type {
  Effect,
  MessageInit,
  PushProtocol,
  RateLimit,
  RequestProtocol,
  Response,
  WithoutPacketId,
} from "./opend/protocol.ts";
export { limitKey } from "./opend/rate-limit.ts";
export { formatSymbol, parseSymbol, type SecurityLike } from "./opend/symbol.ts";
export { TcpDecoder, type TcpDecoderOptions } from "./opend/tcp-decoder.ts";
export {
  BodyFormat,
  checkSha1,
  hasSha1,
  type Sha1,
  TCP_HEADER_BYTES,
  type TcpFrame,
  type TcpFrameInit,
  writeTcpHeader,
} from "./opend/tcp-frame.ts";
export { toWatchlistRow, type WatchlistRow } from "./opend/watchlist-row.ts";
export {
  readWsReply,
  readWsRequest,
  WS_REPLY_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
  type WsReply,
  type WsRequest,
  writeWsReplyHeader,
  writeWsRequestHeader,
} from "./opend/ws-frame.ts";
export { Reader } from "./wire/reader.ts";
export { Writer } from "./wire/writer.ts";
