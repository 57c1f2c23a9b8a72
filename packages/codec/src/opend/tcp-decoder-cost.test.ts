import { afterEach, describe, expect, test, vi } from "vitest";
import { concat } from "../testing/bytes.ts";
import { pushAll, tcpFrame, tcpHeader } from "../testing/frames.ts";
import { TcpDecoder } from "./tcp-decoder.ts";

// What the decoder costs is counted, not timed: the bytes that it copies, the bytes that it allocates, and the views that
// it makes. The few bytes of a short chunk, which it copies one by one, are not seen: one step each, and added below.
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array;
const { set, subarray } = typedArray;

const restore = () => {
  vi.unstubAllGlobals();
  Object.assign(typedArray, { set, subarray });
};
afterEach(restore);

/** Counts while `run` runs. */
function cost(run: () => void): { copied: number; allocated: number; views: number } {
  const counted = { copied: 0, allocated: 0, views: 0 };
  typedArray.set = function (this: Uint8Array, source: ArrayLike<number>, offset?: number) {
    counted.copied += source.length;
    set.call(this, source, offset);
  };
  typedArray.subarray = function (this: Uint8Array, start?: number, end?: number) {
    counted.views += 1;
    return subarray.call(this, start, end);
  };
  for (const type of [Uint8Array, DataView]) {
    const counting = new Proxy(type, {
      construct(target, args: unknown[], newTarget) {
        if (typeof args[0] === "number") counted.allocated += args[0];
        else counted.views += 1;
        return Reflect.construct(target, args, newTarget);
      },
    });
    vi.stubGlobal(type.name, counting);
  }
  run();
  restore();
  return counted;
}

const chunksOf = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));

describe("the cost of a frame is linear in its bytes", () => {
  const frame = tcpFrame({ protoId: 3213, serialNo: 1 }, new Uint8Array(300_000).fill(1));

  test.each([1, 7, 1000, 65_536, 299_999])("in chunks of %d bytes", (size) => {
    const chunks = chunksOf(frame, size);
    const { copied, allocated } = cost(() => expect(pushAll(new TcpDecoder(), chunks)).toHaveLength(1));
    // Each byte once into the held frame, and once more each time that it grows.
    expect(copied).toBeLessThan(frame.length * 3);
    if (size > 16) expect(copied).toBeGreaterThanOrEqual(frame.length);
    expect(allocated).toBeLessThan(frame.length * 3);
  });

  /**
   * Each byte is a step at least: whoever takes the body computes its checksum. A view takes as long as about 40 bytes of
   * that.
   */
  const stepsPerByte = (stream: Uint8Array, chunkBytes: number): number => {
    const chunks = chunksOf(stream, chunkBytes);
    const { copied, allocated, views } = cost(() => pushAll(new TcpDecoder(), chunks));
    const copiedOneByOne = chunkBytes === 1 ? stream.length : 0;
    return 1 + (copied + copiedOneByOne + allocated + views * 40) / stream.length;
  };

  test.each([
    [1000, 0],
    [1000, 56],
    [100, 1000],
    [1, 300_000],
  ])("%d frames with %d bytes in them, by single bytes: at most 30 times the whole per byte", (count, bodyBytes) => {
    const stream = concat(
      ...Array.from({ length: count }, (_, serialNo) => tcpFrame({ protoId: 1, serialNo }, new Uint8Array(bodyBytes))),
    );
    const whole = stepsPerByte(stream, stream.length);
    expect(stepsPerByte(stream, 1)).toBeLessThanOrEqual(whole * 30);
  });

  test("nothing is copied of frames that come whole", () => {
    const chunk = concat(
      ...Array.from({ length: 100 }, (_, serialNo) => tcpFrame({ protoId: 1, serialNo }, Uint8Array.of(1))),
    );
    const { copied, allocated } = cost(() => expect(pushAll(new TcpDecoder(), [chunk])).toHaveLength(100));
    expect(copied).toBe(0);
    expect(allocated).toBeLessThanOrEqual(44);
  });

  test("of many small frames only the cut one is copied", () => {
    const stream = concat(
      ...Array.from({ length: 1000 }, (_, serialNo) => tcpFrame({ protoId: 1, serialNo }, new Uint8Array(56))),
    );
    const { copied } = cost(() => expect(pushAll(new TcpDecoder(), chunksOf(stream, 1030))).toHaveLength(1000));
    expect(copied).toBeLessThan((stream.length / 1030 + 1) * 200);
  });
});

test("a header's word alone does not reserve the memory that it announces", () => {
  const { allocated } = cost(() => {
    const decoder = new TcpDecoder();
    decoder.push(tcpHeader(33_554_432), () => undefined);
    decoder.push(new Uint8Array([1, 2, 3]), () => undefined);
    expect(decoder.heldBytes).toBe(47);
  });
  expect(allocated).toBeLessThan(70_000);
});
