import { createHash } from "node:crypto";
import { checkSha1, decodeResponse, QotUpdateBasicQot, readWsReply, TcpDecoder, type TcpFrame } from "@tickwire/codec";
import { expect, test } from "vitest";
import { answerTo, frameOf, groups, push } from "./messages.ts";
import { SECURITIES } from "./securities.ts";

const sha1 = (bytes: Uint8Array): Uint8Array => createHash("sha1").update(bytes).digest();

function tcpFrame(bytes: Uint8Array): TcpFrame {
  const frames: TcpFrame[] = [];
  new TcpDecoder().push(bytes, (frame) => frames.push(frame));
  return frames[0] as TcpFrame;
}

test("a TCP push is one that a client takes", () => {
  const frame = tcpFrame(push("tcp", 21));
  expect(() => checkSha1(frame, frame.body, sha1)).not.toThrow();
  const { basicQotList } = decodeResponse(QotUpdateBasicQot, frame.body).s2c ?? {};
  expect(basicQotList?.[0]).toMatchObject({ security: SECURITIES[1], curPrice: 604.2 });
});

test("a damaged one has a wrong checksum", () => {
  const frame = tcpFrame(push("tcp", 0, { isDamaged: true }));
  expect(() => checkSha1(frame, frame.body, sha1)).toThrow("SHA-1");
});

test("a WebSocket push is a binary message with section 0", () => {
  const message = push("ws", 0);
  const view = new DataView(message.buffer);
  // Longer than 125 bytes: the length is in the two bytes behind.
  expect([message[0], message[1], view.getUint16(2)]).toEqual([0x82, 126, message.length - 4]);
  expect(readWsReply(message.subarray(4))).toMatchObject({ cmd: QotUpdateBasicQot.id, section: 0n, error: 0 });
});

test("an answer has its request's number, and leaves the prepared frame as it was", () => {
  const tcp = frameOf("tcp", groups.id, groups.s2c);
  expect(tcpFrame(answerTo(tcp, "tcp", 7n)).serialNo).toBe(7);
  expect(tcpFrame(tcp).serialNo).toBe(0);
  const ws = frameOf("ws", groups.id, groups.s2c);
  expect(readWsReply(answerTo(ws, "ws", 7n).subarray(4)).section).toBe(7n);
});
