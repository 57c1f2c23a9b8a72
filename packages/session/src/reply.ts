import { CodecError, contentOf, decodeResponse, type RequestProtocol, RetType } from "@tickwire/codec";
import { OpenDError, type OpenDErrorCode, type OpenDErrorInit, reasonOf, type ServerReason } from "./errors.ts";
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
  serverVersion?: number,
): S2C {
  const { serialNo, error = 0, errorText = "", damage } = message;
  const isRead = protocol.effect === "read";
  const fail = (code: OpenDErrorCode, text: string, init: OpenDErrorInit) =>
    new OpenDError(code, text, { protocol: protocol.name, serialNo, outcome: "unknown", ...init });
  const bad = (cause: unknown) =>
    fail("OPEND_BAD_REPLY", `the reply cannot be read: ${cause instanceof Error ? cause.message : cause}`, { cause });

  // Its text is not repeated: a peer that sends back what it gets would show the key's hash.
  if (Math.abs(error) > MAX_RELAY_ERROR)
    throw bad(new CodecError("CODEC_FRAME_MAGIC", `the peer is not OpenD's: the error field of its reply is ${error}`));
  if (error !== 0) {
    const known = relayErrors[error] ?? `the WebSocket relay refused (error ${error})`;
    const text = errorText === "" ? known : `${known}: ${errorText}`;
    throw fail("OPEND_SERVER", text, { retryable: isRead, errCode: error });
  }
  if (damage !== undefined) throw bad(damage);

  let response: ReturnType<typeof decodeResponse<S2C>>;
  try {
    response = decodeResponse(protocol, message.body);
    if (response.retType === RetType.Succeed) return contentOf(protocol, response);
  } catch (cause) {
    throw bad(cause);
  }
  const { retType, retMsg = "", errCode } = response;
  const reason = reasonOf(retMsg);
  const hint: Hint | undefined =
    reason === "unknown-group" ? groupHint : reason ? undefined : versionHint(protocol, serverVersion);
  const text = retMsg === "" ? `OpenD refused (retType ${retType})` : retMsg;
  // OpenD says that it did not do it, unless it is itself unsure.
  const isUnsure = unsureTypes.has(retType) || reason === "upstream-timeout";
  throw fail("OPEND_SERVER", hint === undefined ? text : `${text}. ${hint.text}`, {
    retType,
    errCode,
    reason: reason ?? hint?.reason,
    outcome: isUnsure ? "unknown" : "rejected",
    retryable: isUnsure ? isRead : reason === "rate-limit" || reason === "unsubscribe-too-early",
  });
}

/** What is said behind OpenD's own text. */
interface Hint {
  readonly text: string;
  readonly reason?: ServerReason;
}

/** OpenD does not tell which groups there are, and names those of its own in its language. */
const groupHint: Hint = { text: "getUserSecurityGroup() has the names" };

/** Says of a protocol that OpenD did not answer well that this OpenD is too old for it, or, where it does not tell its version, may be. */
export function versionHint(
  { name, since }: { readonly name: string; readonly since?: number },
  serverVersion: number | undefined,
): Hint | undefined {
  if (since === undefined || (serverVersion ?? 0) >= since) return undefined;
  const came = `${name} needs OpenD ${versionText(since)}, as far as is known`;
  if (serverVersion === undefined) return { text: `${came}; is this one older?` };
  return { text: `${came}, and this one is ${versionText(serverVersion)}: update it`, reason: "newer-than-gateway" };
}

const versionText = (version: number): string => `${Math.floor(version / 100)}.${version % 100}`;

/** OpenD does not know itself whether it was done. */
export const unsureTypes: ReadonlySet<RetType> = new Set<RetType>([
  RetType.TimeOut,
  RetType.DisConnect,
  RetType.Unknown,
]);
