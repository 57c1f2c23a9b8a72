import { type Sha1, sha1 } from "@tickwire/session";

/** Bytes that are hashed without node:crypto: loading it takes as long as hashing half a megabyte or more. */
const FIRST_BYTES = 65_536;

let left = FIRST_BYTES;
let hash: typeof import("node:crypto").hash | undefined;

/**
 * SHA-1, in plain JavaScript for a handshake and a few small messages, so that a program that asks one thing starts
 * faster, and by node:crypto from then on. Its one-shot function is several times as fast as a Hash object, and its text
 * as its bytes.
 */
export const nodeSha1: Sha1 = (bytes) => {
  if (hash === undefined) {
    left -= bytes.length;
    if (left >= 0) return sha1(bytes);
    hash = process.getBuiltinModule("node:crypto").hash;
  }
  return hash("sha1", bytes, "latin1");
};
