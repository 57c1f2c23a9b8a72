import { describe, expect, test } from "vitest";
import { InitWebSocket, QotGetUserSecurity, QotGetUserSecurityGroup } from "../gen/core.ts";
import { concat, embedded, fromHex, toHex } from "../testing/bytes.ts";
import { codecError } from "../testing/codec.ts";
import { wsReplyVectors, wsRequestVectors } from "../testing/vectors.ts";
import { encodeRequest } from "./envelope.ts";
import {
  readWsReply,
  readWsRequest,
  WS_REPLY_HEADER_BYTES,
  WS_REQUEST_HEADER_BYTES,
  writeWsReplyHeader,
  writeWsRequestHeader,
} from "./ws-frame.ts";

/** A reply whose header holds exactly these bytes of error text. */
function replyWithText(bytes: Uint8Array): Uint8Array {
  const reply = writeWsReplyHeader(new Uint8Array(WS_REPLY_HEADER_BYTES), { cmd: 1, section: 2n, error: 1 });
  reply.set(bytes, 24);
  return reply;
}

describe("the vendor's messages", () => {
  test.each(wsRequestVectors)("request $cmd is read and written", ({ cmd, section, frame }) => {
    const request = readWsRequest(embedded(fromHex(frame)));
    expect(request).toMatchObject({ cmd, section });
    const again = concat(new Uint8Array(WS_REQUEST_HEADER_BYTES).fill(0xff), request.body);
    expect(toHex(writeWsRequestHeader(embedded(again), { cmd, section }))).toBe(frame);
  });

  test.each(wsReplyVectors)("reply $cmd is read and written", ({ cmd, section, error, errorText, body, frame }) => {
    const reply = readWsReply(embedded(fromHex(frame)));
    expect({ ...reply, body: toHex(reply.body) }).toEqual({ cmd, section, error, errorText, body });
    const again = concat(new Uint8Array(WS_REPLY_HEADER_BYTES).fill(0xff), reply.body);
    expect(toHex(writeWsReplyHeader(embedded(again), { cmd, section, error, errorText }))).toBe(frame);
  });

  test("requests are the vendor's, byte for byte", () => {
    const [first, second, third] = wsRequestVectors.map(({ frame }) => frame);
    // The MD5 of the key that the vector was made with.
    const c2s = { websocketKey: "d44c04dda570ab91146b0efb62d14536", programmingLanguage: "JavaScript" };
    const init = encodeRequest(InitWebSocket, c2s, WS_REQUEST_HEADER_BYTES);
    expect(toHex(writeWsRequestHeader(init, { cmd: 1, section: 2n }))).toBe(first);
    const groups = encodeRequest(QotGetUserSecurityGroup, { groupType: 3 }, WS_REQUEST_HEADER_BYTES);
    expect(toHex(writeWsRequestHeader(groups, { cmd: 3222, section: 3n }))).toBe(second);
    const list = encodeRequest(QotGetUserSecurity, { groupName: "港股" }, WS_REQUEST_HEADER_BYTES);
    expect(toHex(writeWsRequestHeader(list, { cmd: 3213, section: 4n }))).toBe(third);
  });
});

describe("the header", () => {
  test("carries commands and sections over their whole ranges", () => {
    for (const section of [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      for (const cmd of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
        const request = writeWsRequestHeader(new Uint8Array(WS_REQUEST_HEADER_BYTES), { cmd, section });
        expect(readWsRequest(request)).toMatchObject({ cmd, section });
        const reply = writeWsReplyHeader(new Uint8Array(WS_REPLY_HEADER_BYTES), { cmd, section });
        expect(readWsReply(reply)).toMatchObject({ cmd, section, error: 0, errorText: "" });
      }
    }
  });

  test.each([1, 2, 3, -1, 2 ** 31 - 1, -(2 ** 31)])("carries error %d", (error) => {
    const reply = writeWsReplyHeader(new Uint8Array(WS_REPLY_HEADER_BYTES), { cmd: 1, section: 2n, error });
    expect(readWsReply(reply).error).toBe(error);
  });

  test("the body is a view behind it, empty when the message ends there", () => {
    const bytes = writeWsReplyHeader(concat(new Uint8Array(WS_REPLY_HEADER_BYTES), fromHex("0800")), {
      cmd: 1,
      section: 2n,
    });
    expect(toHex(readWsReply(bytes).body)).toBe("0800");
    expect(readWsReply(bytes.subarray(0, WS_REPLY_HEADER_BYTES)).body).toHaveLength(0);
  });

  test("the sign's last byte need not be NUL: the vendor's client only looks for the text", () => {
    const bytes = writeWsReplyHeader(new Uint8Array(WS_REPLY_HEADER_BYTES), { cmd: 1, section: 2n });
    bytes[7] = 0x31;
    expect(readWsReply(bytes).cmd).toBe(1);
  });
});

describe("the error text", () => {
  test.each([
    ["", ""],
    ["opend timeout", "opend timeout"],
    ["exactly 20 bytes ok!", "exactly 20 bytes ok!"],
    ["more than 20 bytes here", "more than 20 bytes h"],
    // Six characters of three bytes fit, the seventh does not.
    ["连接已断开请重试", "连接已断开请"],
    ["a连接已断开请重试", "a连接已断开请"],
    ["ab连接已断开请重试", "ab连接已断开请"],
    ["1234567890123456😀😀", "1234567890123456😀"],
    ["12345678901234567😀", "12345678901234567"],
  ])("%s is written whole characters only", (text, expected) => {
    const bytes = new Uint8Array(WS_REPLY_HEADER_BYTES + 3).fill(0xff);
    const reply = writeWsReplyHeader(bytes, { cmd: 1, section: 2n, error: 1, errorText: text });
    expect(readWsReply(reply).errorText).toBe(expected);
    expect(toHex(reply.subarray(WS_REPLY_HEADER_BYTES))).toBe("ffffff");
  });

  test("that the peer cut inside a character loses that character", () => {
    const text = new TextEncoder().encode("连接已断开请重试");
    for (let length = 0; length <= 20; length++) {
      const expected = "连接已断开请".slice(0, Math.floor(length / 3));
      expect(readWsReply(replyWithText(text.subarray(0, length))).errorText).toBe(expected);
    }
  });

  test("ends at the first NUL", () => {
    expect(readWsReply(replyWithText(fromHex("6f6b 00 6e6f"))).errorText).toBe("ok");
  });

  test("of arbitrary bytes is some text", () => {
    expect(readWsReply(replyWithText(fromHex("61ff62"))).errorText).toBe("a\ufffdb");
  });
});

describe("refused", () => {
  const request = fromHex(wsRequestVectors[1]?.frame ?? "");
  const reply = fromHex(wsReplyVectors[0]?.frame ?? "");

  test("every message that is shorter than its header", () => {
    for (let length = 0; length < WS_REQUEST_HEADER_BYTES; length++)
      codecError("CODEC_FRAME_TRUNCATED", () => readWsRequest(request.subarray(0, length)));
    for (let length = 0; length < WS_REPLY_HEADER_BYTES; length++)
      codecError("CODEC_FRAME_TRUNCATED", () => readWsReply(reply.subarray(0, length)));
  });

  test("another sign, even when the message is short", () => {
    for (let i = 0; i < 7; i++) {
      const wrong = reply.slice();
      wrong[i] = (wrong[i] as number) ^ 1;
      codecError("CODEC_FRAME_MAGIC", () => readWsReply(wrong));
      codecError("CODEC_FRAME_MAGIC", () => readWsReply(wrong.subarray(0, i + 1)));
      codecError("CODEC_FRAME_MAGIC", () => readWsRequest(wrong));
    }
  });

  test("a body beyond the cap", () => {
    const bytes = concat(reply.subarray(0, WS_REPLY_HEADER_BYTES), new Uint8Array(11));
    expect(readWsReply(bytes, 11).body).toHaveLength(11);
    expect(codecError("CODEC_FRAME_TOO_LARGE", () => readWsReply(bytes, 10)).message).toContain(
      "11 bytes, the cap is 10",
    );
    codecError("CODEC_FRAME_TOO_LARGE", () => readWsRequest(bytes, 11));
    codecError("CODEC_FRAME_TOO_LARGE", () => readWsReply(concat(bytes, new Uint8Array(33_554_432))));
  });
});
