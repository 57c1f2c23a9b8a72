import { decodeErrorBody } from "@tickwire/codec/longport";
import type { Call } from "./call.ts";
import { LongPortError, type LongPortErrorCode } from "./errors.ts";

interface Verdict {
  readonly code: LongPortErrorCode;
  /** False where the server says that it failed, not that it refused. */
  readonly isRefusal: boolean;
  /** What to do; stands behind the server's own text. */
  readonly hint: string;
}

/**
 * The codes in the socket's error bodies. 403: longbridge/openapi#469; 301607 is also said of a month's quota; all of them:
 * the vendor's documentation.
 */
const codes: Readonly<Record<number, Verdict>> = {
  403: {
    code: "LONGPORT_CONNECTION_LIMIT",
    isRefusal: true,
    hint: "close other sockets of the account, in other programs too; lost ones count until the server notices",
  },
  301600: { code: "LONGPORT_SERVER", isRefusal: true, hint: "the request is not valid: check the symbols" },
  301602: { code: "LONGPORT_SERVER", isRefusal: false, hint: "the quote server failed: try again later" },
  301605: {
    code: "LONGPORT_SERVER",
    isRefusal: true,
    hint: "too many subscriptions: an account may have 500 symbols",
  },
  301606: { code: "LONGPORT_RATE_LIMIT", isRefusal: true, hint: "keep `pacing` on, and use one client for all calls" },
  301607: {
    code: "LONGPORT_SERVER",
    isRefusal: true,
    hint: "too many symbols at once, or the month's quota is used up",
  },
};

/** By `PacketStatus` 3, 5 and 6, where the code is not known; others are failures of the server. */
const statuses: Readonly<Record<number, Verdict>> = {
  3: { code: "LONGPORT_SERVER", isRefusal: true, hint: "the request is not valid" },
  5: { code: "LONGPORT_AUTH", isRefusal: true, hint: "the login is not accepted" },
  6: { code: "LONGPORT_AUTH", isRefusal: true, hint: "the account may not do this" },
};
const failure: Verdict = { code: "LONGPORT_SERVER", isRefusal: false, hint: "the server failed: try again later" };

/** The error that a response with a status other than `Success` means. */
export function refusalOf(
  status: number,
  body: Uint8Array,
  call: Call,
  redact: (text: string) => string,
): LongPortError {
  const { serverCode, text } = readError(body);
  const { code, isRefusal, hint } = codes[serverCode ?? 0] ?? statuses[status] ?? failure;
  const outcome = isRefusal ? "rejected" : "unknown";
  call.outcome = outcome;
  const told = `the server answered with status ${status}${serverCode === undefined ? "" : `, code ${serverCode}`}${redact(text)}`;
  return new LongPortError(code, `${told}: ${hint}`, {
    operation: call.operation,
    outcome,
    retryable: !isRefusal || code === "LONGPORT_RATE_LIMIT" || code === "LONGPORT_CONNECTION_LIMIT",
    status,
    serverCode,
  });
}

/** A body that cannot be read is no reason to hide the status. */
function readError(body: Uint8Array): { readonly serverCode: number | undefined; readonly text: string } {
  try {
    const { code, msg } = decodeErrorBody(body);
    return { serverCode: code === 0n ? undefined : Number(code), text: msg && `, ${JSON.stringify(msg)}` };
  } catch {
    return { serverCode: undefined, text: "" };
  }
}
