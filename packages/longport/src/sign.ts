import { LongPortError } from "./errors.ts";

/** What a signature covers. Every part is taken exactly as it is sent. */
export interface SignInput {
  /** In capitals. */
  readonly method: string;
  /** Percent-encoded path, without host and query. */
  readonly path: string;
  /** What stands behind `?`, percent-encoded; empty without a query. */
  readonly query: string;
  /** The bytes of the body; empty, or none, without a body. */
  readonly body?: Uint8Array<ArrayBuffer> | undefined;
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  /** The value of `X-Timestamp`: seconds, seconds with a fraction, or milliseconds since 1970. */
  readonly timestamp: string;
}

const SIGNED_HEADERS = "authorization;x-api-key;x-timestamp";
const encoder = new TextEncoder();

/**
 * Signs a request in API-key mode: gives the value of `X-Api-Signature`. `Authorization` is then the bare access token.
 *
 *     canonical = METHOD|path|query|header:value LF per signed header|SIGNED_HEADERS|hex(SHA-1(body)), if there is a body
 *     signature = hex(HMAC-SHA256(appSecret, "HMAC-SHA256|" + hex(SHA-1(canonical))))
 *
 * Source: the vendor's signing document; both vendor SDKs send the same signature for the test vectors.
 * @throws {LongPortError} `LONGPORT_NO_CRYPTO`.
 */
export async function sign(input: SignInput): Promise<string> {
  const subtle = webCrypto();
  const stringToSign = `HMAC-SHA256|${await sha1Hex(subtle, encoder.encode(await canonicalOf(input)))}`;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle.importKey("raw", encoder.encode(input.appSecret), algorithm, false, ["sign"]);
  const signature = hex(await subtle.sign("HMAC", key, encoder.encode(stringToSign)));
  return `HMAC-SHA256 SignedHeaders=${SIGNED_HEADERS}, Signature=${signature}`;
}

/** The text whose SHA-1 is signed. */
export async function canonicalOf(input: SignInput): Promise<string> {
  const { method, path, query, body, appKey, accessToken, timestamp } = input;
  const headers = `authorization:${accessToken}\nx-api-key:${appKey}\nx-timestamp:${timestamp}\n`;
  const bodyHash = body === undefined || body.length === 0 ? "" : await sha1Hex(webCrypto(), body);
  return `${method}|${path}|${query}|${headers}|${SIGNED_HEADERS}|${bodyHash}`;
}

function webCrypto(): SubtleCrypto {
  const subtle: SubtleCrypto | undefined = globalThis.crypto?.subtle;
  if (subtle === undefined)
    throw new LongPortError(
      "LONGPORT_NO_CRYPTO",
      "requests are signed by Web Crypto, and crypto.subtle is missing here. Browsers have it only in secure contexts: " +
        "open the page over https: or from localhost",
    );
  return subtle;
}

async function sha1Hex(subtle: SubtleCrypto, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hex(await subtle.digest("SHA-1", bytes));
}

function hex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
