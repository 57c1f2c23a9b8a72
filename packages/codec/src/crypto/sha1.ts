import { sha1 as nobleSha1 } from "@noble/hashes/legacy.js";

/** SHA-1 in plain JavaScript, 20 bytes: for runtimes without a fast synchronous one. */
export function sha1(bytes: Uint8Array): Uint8Array {
  return nobleSha1(bytes);
}
