import { CodecError, contentOf, decodeResponse, type RequestProtocol, RetType } from "@tickwire/codec";
import { OpenDError, type OpenDErrorInit, rawMessage, reasonOf } from "./errors.ts";
import type { Incoming } from "./wire.ts";

/** Error codes of the relay are small numbers. */
const MAX_RELAY_ERROR = 10_000;

/** The relay's own errors: `error` in the header of a WebSocket reply. */
const relayErrors: Record<number, string> = {
  1: "the WebSocket relay got no answer from OpenD in time",
  2: "OpenD got no answer from its servers in time",
  3: "the WebSocket relay lost OpenD",
};

/**
 * The content of a reply, or its error.
 * @throws {OpenDError} `OPEND_SERVER` or `OPEND_BAD_REPLY`.
 */
export function readReply<S2C>(
  protocol: RequestProtocol<unknown, S2C> | RequestProtocol<never, S2C>,
  message: Incoming,
): S2C {
  const context = { protocol: protocol.name, serialNo: message.serialNo };
  const isRead = protocol.effect === "read";

  if (message.relayError !== undefined) {
    const { code, text } = message.relayError;
    if (Math.abs(code) > MAX_RELAY_ERROR) {
      // Its text is not repeated: a peer that sends back what it gets would show the key's hash.
      const cause = new CodecError("CODEC_FRAME_MAGIC", `the peer's reply is not OpenD's: its error field is ${code}`);
      throw new OpenDError("OPEND_BAD_REPLY", rawMessage(cause), { ...context, outcome: "unknown", cause });
    }
    const known = relayErrors[code] ?? `the WebSocket relay refused (error ${code})`;
    throw new OpenDError("OPEND_SERVER", text === "" ? known : `${known}: ${text}`, {
      ...context,
      outcome: "unknown",
      retryable: isRead,
      errCode: code,
    });
  }
  const bad = (cause: unknown): OpenDError =>
    new OpenDError("OPEND_BAD_REPLY", `the reply cannot be read: ${cause instanceof Error ? cause.message : cause}`, {
      ...context,
      outcome: "unknown",
      cause,
    });
  if (message.damage !== undefined) throw bad(message.damage);

  let response: ReturnType<typeof decodeResponse<S2C>>;
  try {
    response = decodeResponse(protocol, message.body);
    if (response.retType === RetType.Succeed) return contentOf(protocol, response);
  } catch (error) {
    throw bad(error);
  }
  const { retType, retMsg = "", errCode } = response;
  throw new OpenDError("OPEND_SERVER", retMsg === "" ? `OpenD refused (retType ${retType})` : retMsg, {
    ...context,
    retType,
    errCode,
    ...judge(retType, retMsg, isRead),
  });
}

/** OpenD does not know itself whether it was done. */
const unsureTypes: ReadonlySet<RetType> = new Set<RetType>([RetType.TimeOut, RetType.DisConnect, RetType.Unknown]);

/** OpenD says that it did not do it, unless it is itself unsure. */
function judge(
  retType: RetType,
  retMsg: string,
  isRead: boolean,
): Pick<OpenDErrorInit, "reason" | "outcome" | "retryable"> {
  const reason = reasonOf(retMsg);
  const unsure = unsureTypes.has(retType) || reason === "upstream-timeout";
  return {
    reason,
    outcome: unsure ? "unknown" : "rejected",
    retryable: unsure ? isRead : reason === "rate-limit" || reason === "unsubscribe-too-early",
  };
}
