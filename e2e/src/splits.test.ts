// Every frame that the fake and a client exchange, and every one of the vendor's own clients, cut wherever it can be cut.
import { messages, protocols } from "@tickwire/codec/registry";
import {
  CodecError,
  type Dialect,
  encodeMessage,
  Reader,
  readWsReply,
  readWsRequest,
  TcpDecoder,
  type TcpFrame,
  WS_REPLY_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
} from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { concat, cutAt, fromHex, toHex } from "../../packages/codec/src/testing/bytes.ts";
import { tcpVectors, wsReplyVectors, wsRequestVectors } from "../../packages/codec/src/testing/vectors.ts";
import { type Direction, messageOf } from "./fuzz/damage.ts";
import { record } from "./fuzz/traffic.ts";

const framesOf = (vectors: readonly { readonly frame: string }[]) => vectors.map(({ frame }) => fromHex(frame));
const traffic = { tcp: await record("tcp"), ws: await record("ws") };

test.each<[Dialect, number]>([
  ["tcp", 10],
  ["ws", 9],
])("%s: the recording has every protocol that the fake answers", (dialect, requests) => {
  expect(traffic[dialect].requests).toHaveLength(requests - 1);
  // Pushes too.
  expect(traffic[dialect].replies.length).toBeGreaterThan(requests);
});

describe("TCP", () => {
  const { requests, replies } = traffic.tcp;
  const frames = [...requests, ...replies, ...framesOf(tcpVectors)];
  const print = ({ protoId, serialNo, format, version, sha1, body }: TcpFrame): string =>
    [protoId, serialNo, format, version, toHex(sha1), toHex(body)].join(" ");
  const read = (chunks: readonly Uint8Array[]): string => {
    const decoder = new TcpDecoder();
    const printed: string[] = [];
    for (const chunk of chunks) decoder.push(chunk, (frame) => printed.push(print(frame)));
    expect(decoder.heldBytes).toBe(0);
    return printed.join("\n");
  };

  test.each([
    ["each frame", 1],
    ["three frames after each other", 3],
  ])("%s, cut in two at every position and byte by byte", (_what, count) => {
    for (let i = 0; i < frames.length; i++) {
      const stream = concat(...Array.from({ length: count }, (_, k) => frames[(i + k) % frames.length]!));
      const whole = read([stream]);
      expect(whole.split("\n")).toHaveLength(count);
      expect(read(Array.from(stream, (byte) => Uint8Array.of(byte)))).toBe(whole);
      const wrong = Array.from(stream.keys()).filter((at) => read(cutAt(stream, [at])) !== whole);
      expect(wrong).toEqual([]);
    }
  });
});

/** What the prefix of a body is: a message that says no more than the bytes do, or refused. */
function verdictOn(prefix: Uint8Array, name: string): "accepted" | "refused" {
  const { decode, encode } = messages.get(name)!;
  let message: object;
  try {
    message = decode(new Reader(prefix), prefix.length);
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    return "refused";
  }
  // All fields of the prefix, and no other: nothing of the missing part was made up, or lost.
  expect(toHex(encodeMessage(encode, message)), name).toBe(toHex(prefix));
  return "accepted";
}

describe.each<[Direction["from"], readonly Uint8Array[], number, typeof readWsRequest]>([
  ["client", [...traffic.ws.requests, ...framesOf(wsRequestVectors)], WS_REQUEST_HEADER_BYTES, readWsRequest],
  ["gateway", [...traffic.ws.replies, ...framesOf(wsReplyVectors)], WS_REPLY_HEADER_BYTES, readWsReply],
])("WebSocket, from the %s", (from, frames, headerBytes, read) => {
  test("a cut header is refused", () => {
    for (const frame of frames)
      for (let length = 0; length < headerBytes; length++)
        expect(() => read(frame.subarray(0, length))).toThrow(
          expect.objectContaining({ name: "CodecError", code: "CODEC_FRAME_TRUNCATED" }),
        );
  });

  test("a cut body is refused, but for cuts that leave whole fields", () => {
    const counts = { accepted: 0, refused: 0 };
    for (const frame of frames) {
      const protocol = protocols.get(read(frame).cmd)?.protocol;
      if (protocol === undefined || frame.length === headerBytes) continue;
      const name = messageOf(protocol, from);
      expect(verdictOn(read(frame).body, name)).toBe("accepted");
      for (let length = headerBytes; length < frame.length; length++)
        counts[verdictOn(read(frame.subarray(0, length)).body, name)] += 1;
    }
    // A request is one field, required of all but the login, of which there are two. A reply may go without its last three.
    if (from === "client") expect(counts.accepted).toBe(2);
    expect(counts.accepted).toBeLessThanOrEqual(3 * frames.length);
    expect(counts.refused).toBeGreaterThan(100);
  });
});
