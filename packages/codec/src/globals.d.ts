// The globals of every runtime that the codec needs. Its build sees neither the DOM's nor Node's types, so that
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
  /** The writing side of a stream of bytes. */
  interface ByteWriter {
    write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
    close(): Promise<void>;
  }
  class DecompressionStream {
    constructor(format: "gzip");
    readonly readable: {
      getReader(): {
        read(): Promise<{ done: false; value: Uint8Array } | { done: true; value?: undefined }>;
        cancel(): Promise<void>;
      };
    };
    readonly writable: { getWriter(): ByteWriter };
  }
}
