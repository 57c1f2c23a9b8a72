import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha1 } from "../crypto/sha1.ts";
import { concat, cutAt, embedded, fromHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { forAll } from "../testing/for-all.ts";
import { anyTcpFrame, pushAll, tcpFrame, tcpHeader } from "../testing/frames.ts";
import { tcpVectors } from "../testing/vectors.ts";
import { TcpDecoder } from "./tcp-decoder.ts";
import { checkSha1, TCP_HEADER_BYTES, type TcpFrame } from "./tcp-frame.ts";

/** What of a frame must be the same however it was cut. */
const parts = ({ protoId, serialNo, format, body }: Pick<TcpFrame, "protoId" | "serialNo" | "format" | "body">) => ({
  protoId,
  serialNo,
  format,
  // Not a view, which would be compared by its surroundings too.
  body: [...body],
});

const bytewise = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe("the vendor's frames", () => {
  for (const vector of tcpVectors) {
    const bytes = fromHex(vector.frame);
    const expected = parts({ ...vector, body: fromHex(vector.body) });

    const expectOne = (frames: readonly TcpFrame[]) => {
      expect(frames.map(parts)).toEqual([expected]);
      for (const frame of frames) checkSha1(frame, frame.body, sha1);
    };

    test(`${vector.name}, whole, at any offset of its buffer`, () => {
      expectOne(pushAll(new TcpDecoder(), [bytes]));
      expectOne(pushAll(new TcpDecoder(), [embedded(bytes)]));
    });

    test(`${vector.name}, byte by byte`, () => {
      const decoder = new TcpDecoder();
      expectOne(pushAll(decoder, bytewise(bytes)));
      expect(decoder.heldBytes).toBe(0);
    });

    test(`${vector.name}, cut in two at every position`, () => {
      for (let at = 0; at <= bytes.length; at++) {
        const decoder = new TcpDecoder();
        expect(pushAll(decoder, [bytes.subarray(0, at)])).toHaveLength(at === bytes.length ? 1 : 0);
        expect(decoder.heldBytes).toBe(at % bytes.length);
        if (at < bytes.length) expectOne(pushAll(decoder, [bytes.subarray(at)]));
      }
    });
  }

  test("bodies are plain arrays, also of chunks that are not", () => {
    class Chunk extends Uint8Array {}
    for (const { frame, body } of tcpVectors) {
      const [decoded] = pushAll(new TcpDecoder(), [new Chunk(fromHex(frame))]);
      expect(decoded?.body).toEqual(fromHex(body));
      expect(decoded?.body.constructor).toBe(Uint8Array);
    }
  });

  test("all in one chunk, and cut at every position", () => {
    const stream = concat(...tcpVectors.map(({ frame }) => fromHex(frame)));
    const expected = tcpVectors.map((vector) => parts({ ...vector, body: fromHex(vector.body) }));
    for (let at = 0; at <= stream.length; at++)
      expect(pushAll(new TcpDecoder(), cutAt(stream, [at])).map(parts)).toEqual(expected);
  });
});

describe("any frames", () => {
  test("come out the same, whatever the chunking", () => {
    const stream = fc.array(anyTcpFrame, { maxLength: 8 }).chain((frames) => {
      const bytes = concat(...frames.map((frame) => frame.bytes));
      return fc.record({
        frames: fc.constant(frames),
        bytes: fc.constant(bytes),
        cuts: fc.array(fc.nat(bytes.length), { maxLength: 30 }),
      });
    });
    forAll(
      stream,
      ({ frames, bytes, cuts }) => {
        const decoder = new TcpDecoder();
        expect(pushAll(decoder, cutAt(bytes, cuts)).map(parts)).toEqual(frames.map(parts));
        expect(decoder.heldBytes).toBe(0);
      },
      300,
    );
  });

  test("an empty body needs no further byte", () => {
    const bytes = tcpFrame({ protoId: 3214, serialNo: 9 });
    expect(pushAll(new TcpDecoder(), [bytes]).map(parts)).toEqual([
      { protoId: 3214, serialNo: 9, format: 0, body: [] },
    ]);
    expect(pushAll(new TcpDecoder(), bytewise(bytes))).toHaveLength(1);
    expect(pushAll(new TcpDecoder(), [concat(bytes, bytes, bytes)])).toHaveLength(3);
  });

  test("an empty chunk changes nothing", () => {
    const bytes = tcpFrame({ protoId: 1, serialNo: 1 }, Uint8Array.of(1));
    const empty = new Uint8Array(0);
    expect(pushAll(new TcpDecoder(), [empty, bytes.subarray(0, 10), empty, bytes.subarray(10), empty])).toHaveLength(1);
  });

  test("a frame that came in pieces does not change with the chunks that follow", () => {
    const first = tcpFrame({ protoId: 1, serialNo: 1 }, Uint8Array.of(1, 2, 3));
    const second = tcpFrame({ protoId: 2, serialNo: 2 }, Uint8Array.of(4, 5, 6));
    const frames = pushAll(new TcpDecoder(), bytewise(concat(first, second)));
    expect(frames.map(({ body }) => [...body])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });
});

describe("a peer that is not OpenD", () => {
  test.each([
    ["HTTP", "HTTP/1.1 400 Bad Request\r\n", "speaks HTTP"],
    ["a web client", "GET / HTTP/1.1\r\n", "speaks HTTP"],
    ["TLS", "\u0016\u0003\u0001\u0002\u0000", "speaks TLS"],
    ["a TLS alert", "\u0015\u0003\u0003\u0000\u0002", "speaks TLS"],
    ["SSH", "SSH-2.0-OpenSSH", "starts with 53 53 48 2d 32 2e 30 2d"],
    ["almost OpenD", "FX", "starts with 46 58"],
  ])("%s is named", (_name, text, says) => {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    const error = codecError("CODEC_FRAME_MAGIC", () => pushAll(new TcpDecoder(), [bytes]));
    expect(error.message).toContain(says);
  });

  test("is found by its first wrong byte, in the first frame and later", () => {
    const frame = tcpFrame({ protoId: 1, serialNo: 1 }, Uint8Array.of(1));
    for (const before of [new Uint8Array(0), frame]) {
      for (let byte = 0; byte < 256; byte++) {
        const first = new TcpDecoder();
        pushAll(first, [before]);
        if (byte !== 0x46) codecError("CODEC_FRAME_MAGIC", () => pushAll(first, [Uint8Array.of(byte)]));
        const second = new TcpDecoder();
        pushAll(second, [before, Uint8Array.of(0x46)]);
        if (byte !== 0x54) codecError("CODEC_FRAME_MAGIC", () => pushAll(second, [Uint8Array.of(byte)]));
      }
    }
  });

  test("is refused again with every byte that follows", () => {
    const decoder = new TcpDecoder();
    pushAll(decoder, [fromHex("46")]);
    for (const byte of [0x58, 0x54, 0x00, 0x46])
      codecError("CODEC_FRAME_MAGIC", () => pushAll(decoder, [Uint8Array.of(byte)]));
  });

  test("does not take the frames before it along", () => {
    const frames: TcpFrame[] = [];
    const bytes = concat(tcpFrame({ protoId: 7, serialNo: 1 }), Uint8Array.of(0));
    codecError("CODEC_FRAME_MAGIC", () => new TcpDecoder().push(bytes, (frame) => frames.push(frame)));
    expect(frames.map(({ protoId }) => protoId)).toEqual([7]);
  });
});

describe("the cap", () => {
  const tooLarge = (chunks: readonly Uint8Array[], maxBodyBytes?: number) =>
    codecError("CODEC_FRAME_TOO_LARGE", () =>
      pushAll(new TcpDecoder(maxBodyBytes === undefined ? {} : { maxBodyBytes }), chunks),
    );

  test("refuses a longer body as soon as the header is there", () => {
    expect(tooLarge([tcpHeader(1001)], 1000).message).toContain("1001");
    tooLarge(bytewise(tcpHeader(1001)), 1000);
    tooLarge([tcpHeader(2 ** 32 - 1)], 2 ** 32 - 2);
    // 32 MiB, unless told otherwise.
    tooLarge([tcpHeader(33_554_433)]);
    expect(pushAll(new TcpDecoder(), [tcpHeader(33_554_432)])).toEqual([]);
  });

  test("takes a body of just that length", () => {
    const body = new Uint8Array(1000).fill(7);
    const bytes = tcpFrame({ protoId: 1, serialNo: 1 }, body);
    for (const chunks of [[bytes], bytewise(bytes)])
      expect(pushAll(new TcpDecoder({ maxBodyBytes: 1000 }), chunks).map(parts)).toMatchObject([{ body: [...body] }]);
    tooLarge([tcpFrame({ protoId: 1, serialNo: 1 }, body)], 999);
    expect(pushAll(new TcpDecoder({ maxBodyBytes: 0 }), [tcpFrame({ protoId: 1, serialNo: 1 })])).toHaveLength(1);
  });

  test("bounds what is held back", () => {
    const maxBodyBytes = 300;
    forAll(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 30 }), (chunks) => {
      const decoder = new TcpDecoder({ maxBodyBytes });
      decoder.push(tcpHeader(maxBodyBytes).subarray(0, 43), () => undefined);
      try {
        for (const chunk of chunks) {
          decoder.push(chunk, () => undefined);
          expect(decoder.heldBytes).toBeLessThan(maxBodyBytes + TCP_HEADER_BYTES);
        }
      } catch (error) {
        expect(error).toMatchObject({ name: "CodecError" });
      }
    });
  });
});
