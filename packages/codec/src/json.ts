/** What `JSON.stringify` can take. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

/**
 * A message as JSON: the wire's names, enums as numbers, 64-bit integers as strings, bytes as base64, absent fields left
 * out; NaN and the infinities as strings. This is also the form of the gateway's own JSON bodies.
 */
export function toJson(value: unknown): JsonValue {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return base64(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === "object") {
    const json: { [key: string]: JsonValue } = {};
    for (const [key, item] of Object.entries(value)) if (item !== undefined) json[key] = toJson(item);
    return json;
  }
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** By hand, because `btoa` is not in every lib and `Buffer` not in every runtime. */
function base64(bytes: Uint8Array): string {
  let out = "";
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(i, i + 3);
    const triple = (a << 16) | (b << 8) | c;
    out += [18, 12, 6, 0].map((shift) => DIGITS[(triple >> shift) & 63]).join("");
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return padding === 0 ? out : out.slice(0, -padding) + "=".repeat(padding);
}
