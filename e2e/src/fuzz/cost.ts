// What it takes to read a TCP stream that comes in single bytes, against the same in one chunk, in time. The bound is held
// by a test of codec that counts steps.
import { hash } from "node:crypto";
import { protocols } from "@tickwire/codec/registry";
import { checkSha1, decodeResponse, TCP_HEADER_BYTES, TcpDecoder, writeTcpHeader } from "@tickwire/session";
import { concat } from "../../../packages/codec/src/testing/bytes.ts";
import { record } from "./traffic.ts";

/** As node-client computes it. */
const sha1 = (bytes: Uint8Array): string => hash("sha1", bytes, "latin1");

/** How many times as long single bytes take, by what the stream is. */
export async function timeRatios(): Promise<ReadonlyMap<string, number>> {
  const replies = concat(...(await record("tcp")).replies);
  const repeated = concat(...Array.from({ length: 5 }, () => replies));
  // No protocol has it: cut and checked, not decoded.
  const large = writeTcpHeader(new Uint8Array(TCP_HEADER_BYTES + 30_000), { protoId: 0, serialNo: 1 }, sha1);
  return new Map([
    ["recorded replies", ratio(repeated)],
    ["one frame of 30 kB", ratio(large)],
  ]);
}

/** A chunk for each byte that there is, so that no time goes into the memory of the chunks. */
const singles = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

/** Of the fastest of many short rounds: on a busy machine some are not interrupted. */
function ratio(stream: Uint8Array): number {
  const single = Array.from(stream, (byte) => singles[byte]!);
  let [whole, bytewise] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < 300; round++) {
    whole = Math.min(whole, timeOf([stream]));
    bytewise = Math.min(bytewise, timeOf(single));
  }
  return bytewise / whole;
}

function timeOf(chunks: readonly Uint8Array[]): number {
  const start = performance.now();
  read(chunks);
  return performance.now() - start;
}

function read(chunks: readonly Uint8Array[]): void {
  const decoder = new TcpDecoder();
  for (const chunk of chunks)
    decoder.push(chunk, (frame) => {
      checkSha1(frame, frame.body, sha1);
      const protocol = protocols.get(frame.protoId)?.protocol;
      if (protocol !== undefined) decodeResponse(protocol, frame.body);
    });
}
