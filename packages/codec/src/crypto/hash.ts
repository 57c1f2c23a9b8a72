import { _MD5, sha1 as nobleSha1 } from "@noble/hashes/legacy.js";

/** SHA-1 in plain JavaScript, 20 bytes: for runtimes without a fast synchronous one. */
export function sha1(bytes: Uint8Array): Uint8Array {
  return nobleSha1(bytes);
}

/** MD5 of a text's UTF-8 bytes as 32 lowercase hex digits: the form in which OpenD takes its keys. */
export function md5Hex(text: string): string {
  // The class rather than the function around it, whose checks of options cost a browser app 270 bytes.
  const digest = new _MD5().update(new TextEncoder().encode(text)).digest();
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
