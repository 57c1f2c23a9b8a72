/** What an `X-Api-Signature` header says. */
export interface SignatureClaim {
  /** `HMAC-SHA256`; the only one that the fake can check. */
  readonly algorithm: string;
  /** Names of the headers that were signed, lower-case, in the order of signing. */
  readonly signedHeaders: readonly string[];
  /** Lower-case hexadecimal digits. */
  readonly signature: string;
}

/** Reads an `X-Api-Signature` header: `HMAC-SHA256 SignedHeaders=a;b, Signature=0123abcd`. */
export function parseSignature(header: string): SignatureClaim | undefined {
  const match = /^(HMAC-[A-Z0-9]+) SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]+)$/.exec(header);
  if (match === null) return undefined;
  const [, algorithm = "", names = "", signature = ""] = match;
  return { algorithm, signedHeaders: names.split(";"), signature };
}

/** What is signed of a request. */
export interface SignedParts {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * The signature that a request should have, as official SDKs make it:
 *
 *     canonical = METHOD|path|query|name:value\n…|name;name;…|          and hex(SHA1(body)) when there is a body
 *     signature = hex(HMAC-SHA256(appSecret, "HMAC-SHA256|" + hex(SHA1(canonical))))
 *
 * @returns Undefined when a signed header was not sent.
 */
export async function expectedSignature(
  { method, path, query, headers, body }: SignedParts,
  signedHeaders: readonly string[],
  appSecret: string,
): Promise<string | undefined> {
  let block = "";
  for (const name of signedHeaders) {
    // The names come from the request; `get` throws for what cannot be one.
    const value = /^[\w-]+$/.test(name) ? headers.get(name) : null;
    if (value === null) return undefined;
    block += `${name}:${value}\n`;
  }
  const bodyHash = body.length === 0 ? "" : await sha1Hex(body);
  const canonical = `${method}|${path}|${query}|${block}|${signedHeaders.join(";")}|${bodyHash}`;
  const toSign = utf8(`HMAC-SHA256|${await sha1Hex(utf8(canonical))}`);
  const key = await crypto.subtle.importKey("raw", utf8(appSecret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", key, toSign));
}

/** A moment that a client wrote into `X-Timestamp`. */
export interface Timestamp {
  readonly unixMs: number;
  /** Whether it tells whole seconds only, so that two honest requests can have the same. */
  readonly isWholeSecond: boolean;
}

/** Integers from here on are milliseconds: as seconds it would be the year 5138. */
const FIRST_MS = 100_000_000_000;

/**
 * Reads an `X-Timestamp` header in the form of any official client: whole seconds (Rust, Node), whole milliseconds (Go) or
 * seconds with decimals (documentation).
 */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (!/^\d{1,15}(\.\d{1,9})?$/.test(text)) return undefined;
  const value = Number(text);
  if (text.includes(".")) return { unixMs: value * 1000, isWholeSecond: false };
  return value >= FIRST_MS ? { unixMs: value, isWholeSecond: false } : { unixMs: value * 1000, isWholeSecond: true };
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

async function sha1Hex(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await crypto.subtle.digest("SHA-1", bytes));
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
