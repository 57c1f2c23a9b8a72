import { isDeepStrictEqual } from "node:util";
import type { Item, Message } from "../corpus/index.ts";
import type { Codec, Implementation } from "../implementation.ts";
import { normal } from "../schema/normal.ts";
import type { Schema } from "../schema/reference.ts";

/** What an implementation may be timed with, and why not with the rest. */
export interface Fitness {
  readonly codec?: Codec;
  readonly decodeProblem?: string;
  readonly encodeProblem?: string;
}

const problemOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).split("\n")[0]!;

/**
 * Compares what an implementation decodes with what was encoded, field by field, and lets `judge` (our own decoder) read
 * what it encodes. Only what passes is timed.
 */
export function checkFitness(
  implementation: Implementation,
  judge: Codec,
  schema: Schema,
  item: Item,
  bytes: readonly Uint8Array[],
): Fitness {
  const type = schema.type(item.message);
  const differs = (actual: unknown, expected: Message) =>
    !isDeepStrictEqual(normal(type, actual), normal(type, expected));

  let codec: Codec;
  try {
    codec = implementation.codec(item.message);
    for (const [index, sample] of item.samples.entries())
      if (differs(codec.decode(bytes[index]!), sample)) return { decodeProblem: "decodes to other values" };
  } catch (error) {
    return { decodeProblem: problemOf(error) };
  }

  const { encode, reserved = 0 } = codec;
  if (encode === undefined) return { codec, encodeProblem: "does not encode" };
  try {
    for (const [index, sample] of item.samples.entries()) {
      const written = encode(codec.decode(bytes[index]!)).subarray(reserved);
      // protobufjs gives Buffers.
      const plain = new Uint8Array(written.buffer, written.byteOffset, written.byteLength);
      if (differs(judge.decode(plain), sample)) return { codec, encodeProblem: "encodes to other values" };
    }
  } catch (error) {
    return { codec, encodeProblem: `what it encodes cannot be read: ${problemOf(error)}` };
  }
  return { codec };
}
