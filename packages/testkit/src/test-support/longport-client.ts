// Signs by Node's crypto, so that the fake's own code is not checked by itself.
import { createHash, createHmac } from "node:crypto";

export interface Credentials {
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
}

export const fakeCredentials: Credentials = {
  appKey: "fake-app-key",
  appSecret: "fake-app-secret",
  accessToken: "fake-access-token",
};

export interface SignOptions {
  readonly method?: string;
  /** With the query. */
  readonly path?: string;
  readonly body?: string | undefined;
  readonly timestamp: string;
  readonly credentials?: Credentials;
  readonly signedHeaders?: readonly string[];
  readonly algorithm?: string;
}

/** The headers of a request as official SDKs sign it. */
export function signedHeaders(options: SignOptions): Record<string, string> {
  const {
    method = "GET",
    path: url = "/v1/watchlist/groups",
    body = "",
    timestamp,
    algorithm = "HMAC-SHA256",
  } = options;
  const { appKey, appSecret, accessToken } = options.credentials ?? fakeCredentials;
  const names = options.signedHeaders ?? ["authorization", "x-api-key", "x-timestamp"];
  const headers: Record<string, string> = {
    authorization: accessToken,
    "x-api-key": appKey,
    "x-timestamp": timestamp,
    "content-type": "application/json; charset=utf-8",
  };
  const [path = "", query = ""] = url.split("?");
  const block = names.map((name) => `${name}:${headers[name] ?? ""}\n`).join("");
  const sha1 = (text: string) => createHash("sha1").update(text, "utf8").digest("hex");
  const canonical = `${method}|${path}|${query}|${block}|${names.join(";")}|${body === "" ? "" : sha1(body)}`;
  const signature = createHmac("sha256", appSecret)
    .update(`HMAC-SHA256|${sha1(canonical)}`)
    .digest("hex");
  headers["x-api-signature"] = `${algorithm} SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return headers;
}

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The envelope of an answer, and what came with it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: number;
  readonly message: string;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for.
  readonly data: any;
}

/** A small client: each call is signed with a new timestamp. */
export function longPortClient(fetch: Fetch, base = "https://longport.test", nowUnixMs: () => number = Date.now) {
  let calls = 0;
  return async (method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Answer> => {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    // Fractions of a millisecond, because virtual time stands still.
    const timestamp = `${(nowUnixMs() / 1000).toFixed(3)}${String(++calls).padStart(4, "0")}`;
    const headers = signedHeaders({ method, path, body: text, timestamp });
    const response = await fetch(`${base}${path}`, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
      ...init,
    });
    return answerOf(response);
  };
}

export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const { status, headers } = response;
  const envelope = headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : {};
  return { status, headers, text, ...envelope };
}
