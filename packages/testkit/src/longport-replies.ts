import type { LongPortFault } from "./longport-faults.ts";
import { type Refusal, refusal } from "./longport-http.ts";
import type { Outcome } from "./longport-operations.ts";

/** How envelopes look: see `FakeLongPortOptions.answers`. */
export type AnswerStyle = "observed" | "documented";

/** The part of an answer that is not the same for all. */
export interface ReplyContent {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly retryAfterSeconds?: number | undefined;
}

const json = "application/json; charset=utf-8";

/** The envelope of a success or a refusal. */
export function envelope(outcome: Outcome, style: AnswerStyle): ReplyContent {
  if ("code" in outcome) {
    const { status, code, message } = outcome;
    return { status, contentType: json, body: JSON.stringify({ code, message, data: null }) };
  }
  const { data } = outcome;
  if (style === "observed")
    return { status: 200, contentType: json, body: JSON.stringify({ code: 0, message: "success", data }) };
  const isEmpty = Object.keys(data).length === 0;
  // JSON.stringify cannot write integers beyond 2^53. Inside of a text the quotation mark would have a backslash before it.
  const body = JSON.stringify({ code: 0, ...(!isEmpty && { data }) }).replace(/"id":"(-?\d+)"/g, '"id":$1');
  return { status: 200, contentType: json, body };
}

/** What a fault answers in place of everything else; undefined for a fault that lets the operation answer. */
export function faultReply(fault: LongPortFault): ReplyContent | undefined {
  const { status, code, message, retryAfterSeconds } = fault;
  const refuse = (standard: Refusal): ReplyContent => ({
    ...envelope(refusal(code ?? standard.code, message ?? standard.message, status ?? standard.status), "observed"),
    retryAfterSeconds,
  });
  const text = (standardStatus: number, body: string, contentType = "text/plain"): ReplyContent => ({
    status: status ?? standardStatus,
    contentType,
    body,
    retryAfterSeconds,
  });
  switch (fault.kind) {
    case "rate-limit-envelope":
      return refuse(refusal(429_002, "api request is limited, please slow down request frequency", 429));
    case "rate-limit-plain":
      return text(429, "Too Many Requests");
    case "error-envelope":
      return refuse(refusal(500_000, "internal error", 500));
    case "error-plain":
      return text(502, "Bad Gateway");
    case "refuse-in-200":
      return refuse(refusal(701_006, "exceed_limit_error"));
    case "expired-token":
      return refuse(refusal(401_003, "token expired", 401));
    case "not-json":
      return text(200, "<!doctype html><title>Log in</title><h1>Please log in to the network</h1>", "text/html");
    default:
      return undefined;
  }
}

/** What a fault makes of an operation's outcome. */
export function spoil(fault: LongPortFault, outcome: Outcome, style: AnswerStyle): ReplyContent {
  if (!("data" in outcome)) return envelope(outcome, style);
  if (fault.kind === "no-id") {
    const { id: _, ...data } = outcome.data as { readonly id?: string };
    return envelope({ data }, "observed");
  }
  if (fault.kind !== "no-data") return envelope(outcome, style);
  return { status: 200, contentType: json, body: JSON.stringify({ code: 0, message: "success", data: null }) };
}
