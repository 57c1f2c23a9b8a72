import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { valueOrCodecError } from "../testing/codec.ts";
import { gunzip } from "./gunzip.ts";

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** What becomes of it: the bytes, or the code of the error. */
const outcome = (bytes: Uint8Array, maxBytes: number) =>
  gunzip(bytes, maxBytes).catch((error: unknown) =>
    valueOrCodecError<never>(() => {
      throw error;
    }),
  );

test("gives what was compressed", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 20_000, size: "max" }), async (bytes) => {
      expect(await gunzip(await gzip(bytes), bytes.length)).toEqual(bytes);
    }),
    { numRuns: 50 },
  );
});

describe("the cap", () => {
  test("a body that is just within it is unpacked, one more byte is refused", async () => {
    const bytes = await gzip(new Uint8Array(1000));
    expect(await gunzip(bytes, 1000)).toHaveLength(1000);
    await expect(gunzip(bytes, 999)).rejects.toThrow(
      `[CODEC_FRAME_TOO_LARGE] a body of ${bytes.length} bytes of gzip unpacks to more than the cap of 999; if that is right, raise the cap`,
    );
  });

  test("a bomb is refused long before it is unpacked", async () => {
    // 64 MiB of zeros.
    const bomb = await gzip(new Uint8Array(2 ** 26));
    expect(bomb.length).toBeLessThan(70_000);
    let unpacked = 0;
    const Real = DecompressionStream;
    vi.stubGlobal("DecompressionStream", function counting() {
      const { readable, writable } = new Real("gzip");
      const count = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          unpacked += chunk.length;
          controller.enqueue(chunk);
        },
      });
      return { readable: readable.pipeThrough(count), writable };
    });
    expect(await outcome(bomb, 2 ** 16)).toMatchObject({ code: "CODEC_FRAME_TOO_LARGE" });
    vi.unstubAllGlobals();
    expect(unpacked).toBeGreaterThan(2 ** 16);
    expect(unpacked).toBeLessThan(2 ** 23);
  });
});

describe("what is no gzip is refused", () => {
  const malformed = { code: "CODEC_MALFORMED", message: expect.stringContaining("cannot be unpacked") };

  test("nothing, and noise", async () => {
    expect(await outcome(new Uint8Array(0), 100)).toMatchObject(malformed);
    expect(await outcome(new Uint8Array(100).fill(7), 100)).toMatchObject(malformed);
  });

  test("gzip that is cut anywhere", async () => {
    const bytes = await gzip(new Uint8Array(100).map((_, i) => i * 7));
    for (let length = 0; length < bytes.length; length++)
      expect(await outcome(bytes.subarray(0, length), 100), String(length)).toMatchObject(malformed);
  });

  test("gzip with a bit flipped, unless it is one that does not matter", async () => {
    const original = new Uint8Array(100).map((_, i) => i * 7);
    const bytes = await gzip(original);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      const result = await outcome(flipped, 100);
      if (!(result instanceof Error)) expect(result).toEqual(original);
    }
  });
});
