import { integerOf, type LosslessJson, parseLossless, textOf } from "./json.ts";

/** What LongPort wraps every reply in. */
export interface Envelope {
  /** 0 for success. */
  readonly code: number;
  /** Empty where there is none. */
  readonly message: string;
  /** Undefined where it is absent or null. */
  readonly data: LosslessJson | undefined;
}

/**
 * Reads `{code, message, data}`. The text is called `message` or `msg`, by the age of the API, and like the data it may be
 * absent. Undefined for anything without a code: it comes from a proxy, or it was cut.
 */
export function parseEnvelope(text: string): Envelope | undefined {
  let json: LosslessJson;
  try {
    json = parseLossless(text);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return undefined;
  const code = integerOf(json["code"]);
  if (code === undefined) return undefined;
  const message = textOf(json["message"]) ?? textOf(json["msg"]) ?? "";
  return { code: Number(code), message, data: json["data"] ?? undefined };
}
