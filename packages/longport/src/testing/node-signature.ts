import { createHash, createHmac } from "node:crypto";
import type { Sent } from "./scripted-fetch.ts";

const sha1 = (text: string) => createHash("sha1").update(text, "utf8").digest("hex");

/** The signature that a server would compute for what arrived, written independently of `sign`. */
export function expectedSignature({ method, url, headers, body }: Sent, appSecret: string): string {
  const names = ["authorization", "x-api-key", "x-timestamp"];
  const block = names.map((name) => `${name}:${headers.get(name)}\n`).join("");
  const parts = [
    method,
    url.pathname,
    url.search.replace("?", ""),
    block,
    names.join(";"),
    body === "" ? "" : sha1(body),
  ];
  const text = `HMAC-SHA256|${sha1(parts.join("|"))}`;
  const signature = createHmac("sha256", appSecret).update(text).digest("hex");
  return `HMAC-SHA256 SignedHeaders=${names.join(";")}, Signature=${signature}`;
}
