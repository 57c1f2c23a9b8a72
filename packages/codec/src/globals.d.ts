// The two globals of every runtime that the codec needs. Its build sees neither the DOM's nor Node's types, so that
// nothing else of a single runtime slips in.
export {};

declare global {
  class TextEncoder {
    encode(text: string): Uint8Array<ArrayBuffer>;
    encodeInto(text: string, into: Uint8Array): { read: number; written: number };
  }
  class TextDecoder {
    constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
    decode(bytes?: Uint8Array): string;
  }
}
