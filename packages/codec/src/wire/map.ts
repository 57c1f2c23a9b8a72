// Maps, which travel as lists of entries. Functions around the usual decoders and encoders, so that a bundle without maps
// has none of this.
import { object } from "./checks.ts";
import type { Decode } from "./decoder.ts";
import { Reader } from "./reader.ts";
import type { Encode, Writer } from "./writer.ts";

/** An entry; without a value it has an empty message. */
export interface MapEntry<T> {
  key: string;
  value: T | undefined;
}

const nothing = /* @__PURE__ */ new Uint8Array(0);

/**
 * Makes the `decodeX` of a message with maps from one that reads each as a list of entries. `maps` has the fields that are
 * maps, with what decodes their values where those are messages. Of entries with the same key the last one counts.
 */
export function decoderOfMaps<T>(
  decode: Decode<Record<string, unknown>>,
  maps: Readonly<Record<string, Decode<unknown> | undefined>>,
): Decode<T> {
  return (r, end) => {
    const message = decode(r, end);
    for (const [name, decodeValue] of Object.entries(maps)) {
      const entries = message[name] as readonly MapEntry<unknown>[];
      // Not by assignment: a key may be `__proto__`.
      message[name] = Object.fromEntries(
        entries.map(({ key, value }) => [key, value ?? decodeValue?.(new Reader(nothing), 0)]),
      );
    }
    return message as T;
  };
}

/** Writes a map. */
export function writeMap<T>(
  w: Writer,
  tag: number,
  value: Readonly<Record<string, T>> | null | undefined,
  encodeEntry: Encode<MapEntry<T>>,
): void {
  if (!w.takes(tag, value, 1)) return;
  const entries = Object.entries(object(value)).map(([key, value]) => ({ key, value }));
  w.messages(tag, entries, encodeEntry);
}
