import { brand, type RetType, TickwireError, type TickwireErrorInit } from "@tickwire/codec";
import type { StreamErrorCode } from "./push-stream.ts";

/**
 * Codes of {@link OpenDError}; `docs/errors.md` tells for each what to do.
 * - `OPEND_INVALID_ARGUMENT`: an argument is wrong; the message names it. Nothing was sent.
 * - `OPEND_CONNECT_FAILED`: no connection could be opened.
 * - `OPEND_NOT_OPEND`: something answered that is not OpenD, or is OpenD's other port.
 * - `OPEND_LOGIN_FAILED`: OpenD refused the handshake, or did not answer it; over WebSocket usually a wrong key.
 * - `OPEND_TIMEOUT`: no reply by the deadline.
 * - `OPEND_ABORTED`: the caller's signal aborted; its reason is the `cause`.
 * - `OPEND_CONNECTION_LOST`: the connection ended with the request under way, or there is none.
 * - `OPEND_CLOSED`: the client was closed.
 * - `OPEND_SERVER`: OpenD answered with a refusal; see `retType`, `reason` and the message.
 * - `OPEND_BAD_REPLY`: the reply cannot be read.
 * - `OPEND_OVERLOADED`: more requests under way than `maxInFlight` allows, or waiting than `maxQueued`.
 * - `OPEND_PACING`: OpenD's rate limit has no room in time; see `retryAfterMs`. Nothing was sent.
 * - `OPEND_SLOW_CONSUMER`: a stream with the overflow policy `error` was not read in time.
 */
export type OpenDErrorCode =
  | "OPEND_INVALID_ARGUMENT"
  | "OPEND_CONNECT_FAILED"
  | "OPEND_NOT_OPEND"
  | "OPEND_LOGIN_FAILED"
  | "OPEND_TIMEOUT"
  | "OPEND_ABORTED"
  | "OPEND_CONNECTION_LOST"
  | "OPEND_CLOSED"
  | "OPEND_SERVER"
  | "OPEND_BAD_REPLY"
  | "OPEND_OVERLOADED"
  | "OPEND_PACING"
  | "OPEND_SLOW_CONSUMER";

/**
 * Why OpenD refused, where its text is known. OpenD has no codes for these, so they are read from `retMsg`, in English
 * and Chinese; a text that is not known gives no reason. Of the connection is `upstream-lost`: the WebSocket relay has lost
 * OpenD. And `newer-than-gateway` is said by the client: this version of OpenD does not know the protocol yet.
 */
export type ServerReason =
  | "unknown-group"
  | "system-group"
  | "rate-limit"
  | "quota"
  | "unsubscribe-too-early"
  | "upstream-timeout"
  | "upstream-lost"
  | "newer-than-gateway";

/** What an {@link OpenDError} is made of beside its code and message. */
export interface OpenDErrorInit extends TickwireErrorInit {
  /** Name of the protocol, for example `Qot_GetUserSecurity`. */
  readonly protocol?: string | undefined;
  readonly serialNo?: number | undefined;
  readonly retType?: RetType | undefined;
  readonly errCode?: number | undefined;
  readonly reason?: ServerReason | undefined;
  readonly retryAfterMs?: number | undefined;
}

/** Every error of a client. Decide by `code`, and after a failed write by `outcome`. */
export class OpenDError extends TickwireError {
  override readonly name = "OpenDError";
  declare readonly code: OpenDErrorCode;
  /** Name of the protocol, where the error belongs to a request. */
  declare readonly protocol: string | undefined;
  /** Serial number of the request on the wire. */
  declare readonly serialNo: number | undefined;
  /** `OPEND_SERVER`: the reply's retType. */
  declare readonly retType: RetType | undefined;
  /** `OPEND_SERVER`: the reply's errCode, for the vendor's logs. */
  declare readonly errCode: number | undefined;
  /** `OPEND_SERVER`, `OPEND_CONNECTION_LOST`: what the text means, where it is known. */
  declare readonly reason: ServerReason | undefined;
  /** `OPEND_PACING`: when there is room, at the earliest, in milliseconds from now. */
  declare readonly retryAfterMs: number | undefined;

  constructor(code: OpenDErrorCode, message: string, init: OpenDErrorInit = {}) {
    const { protocol, serialNo, retType, errCode, reason, retryAfterMs } = init;
    const number = serialNo === undefined ? "" : ` #${serialNo}`;
    super(code, protocol === undefined ? message : `${protocol}${number}: ${message}`, init);
    Object.assign(this, { protocol, serialNo, retType, errCode, reason, retryAfterMs });
  }

  static {
    brand(OpenDError, "OpenDError");
  }
}

/** The error of a stream. */
export const streamError = (code: StreamErrorCode, message: string): OpenDError =>
  new OpenDError(`OPEND_${code}`, message);

/** The error about a wrong argument. */
export const invalidArgument = (message: string, protocol?: string, cause?: unknown): OpenDError =>
  new OpenDError("OPEND_INVALID_ARGUMENT", message, { protocol, cause });

const known: ReadonlyArray<readonly [text: RegExp, reason: ServerReason]> = [
  [/unknown watchlists|未知自选股分组/i, "unknown-group"],
  [/system grouping is not supported|不支持系统分组/i, "system-group"],
  [/频率太高|frequency|too (often|many requests|frequent)/i, "rate-limit"],
  [/额度不足|insufficient.*quota|quota.*insufficient/i, "quota"],
  [/订阅时间过短|至少需要订阅1分钟|at least (1|one) minute/i, "unsubscribe-too-early"],
  [/NN_ProtoRet_TimeOut/, "upstream-timeout"],
];

/** The stable reason behind a gateway's text; undefined for a text that is not known. */
export function reasonOf(retMsg: string): ServerReason | undefined {
  return known.find(([text]) => text.test(retMsg))?.[1];
}

/** The message without the code in front, for a message that wraps it. */
export function rawMessage(error: Error): string {
  return error.message.replace(/^\[\w+\] /, "");
}
