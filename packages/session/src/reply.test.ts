import {
  CodecError,
  GetGlobalState,
  QotGetUserSecurity,
  QotModifyUserSecurity,
  QotSub,
  type RequestProtocol,
  RetType,
} from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError } from "./errors.ts";
import { readReply } from "./reply.ts";
import { type Answer, Peer } from "./testing/peer.ts";
import type { Incoming } from "./wire.ts";

const peer = new Peer("tcp");
type Asked = RequestProtocol<never, unknown>;
const reply = (protocol: Asked, answer: Answer | Uint8Array): Incoming => ({
  protoId: protocol.id,
  serialNo: 42,
  body: peer.frame(protocol.id, 42, answer).subarray(44),
});

function errorOf(protocol: Asked, message: Incoming): OpenDError {
  try {
    readReply(protocol, message);
  } catch (error) {
    if (error instanceof OpenDError) return error;
    throw error;
  }
  throw new Error("it did not throw");
}

describe("success", () => {
  test("gives the content", () => {
    const s2c = { staticInfoList: [] };
    expect(readReply(QotGetUserSecurity, reply(QotGetUserSecurity, { s2c }))).toEqual(s2c);
  });

  test("takes an absent content for an empty one", () => {
    expect(readReply(QotGetUserSecurity, reply(QotGetUserSecurity, {}))).toEqual({ staticInfoList: [] });
    expect(readReply(QotModifyUserSecurity, reply(QotModifyUserSecurity, {}))).toEqual({});
  });

  test("is decided by retType, whatever the text and the errCode say", () => {
    const answer = { retMsg: "NN_ProtoRet_TimeOut", errCode: 7, s2c: { staticInfoList: [] } };
    expect(readReply(QotGetUserSecurity, reply(QotGetUserSecurity, answer))).toEqual({ staticInfoList: [] });
  });
});

describe("a refusal", () => {
  test("has the gateway's words and numbers", () => {
    const error = errorOf(
      QotGetUserSecurity,
      reply(QotGetUserSecurity, { retType: RetType.Failed, retMsg: "未知自选股分组", errCode: 12 }),
    );
    expect(error.message).toBe(
      "[OPEND_SERVER] Qot_GetUserSecurity #42: 未知自选股分组. getUserSecurityGroup() has the names",
    );
    expect(error).toMatchObject({
      code: "OPEND_SERVER",
      protocol: "Qot_GetUserSecurity",
      serialNo: 42,
      retType: -1,
      errCode: 12,
      reason: "unknown-group",
    });
  });

  test("without words is told by its retType", () => {
    const error = errorOf(QotGetUserSecurity, reply(QotGetUserSecurity, { retType: RetType.Invalid }));
    expect(error.message).toContain("OpenD refused (retType -500)");
  });

  const { Failed, TimeOut, DisConnect, Unknown, Invalid } = RetType;
  test.each<[RetType, string, OpenDError["outcome"], read: boolean, write: boolean]>([
    [Failed, "", "rejected", false, false],
    [Failed, "Unknown watchlists", "rejected", false, false],
    [Failed, "The System grouping is not supported", "rejected", false, false],
    [Failed, "订阅额度不足，订阅失败，已用订阅额度：1000/1000", "rejected", false, false],
    [Failed, "条件选股频率太高，请求失败，每30秒最多10次。", "rejected", true, true],
    [Failed, "订阅时间过短，至少需要订阅1分钟", "rejected", true, true],
    [Failed, "NN_ProtoRet_TimeOut", "unknown", true, false],
    [TimeOut, "", "unknown", true, false],
    [DisConnect, "", "unknown", true, false],
    [Unknown, "", "unknown", true, false],
    [Invalid, "", "rejected", false, false],
    [-7, "", "rejected", false, false],
  ])("retType %i with %j: %s", (retType, retMsg, outcome, read, write) => {
    const of = (protocol: Asked) => errorOf(protocol, reply(protocol, { retType, retMsg }));
    expect(of(QotGetUserSecurity)).toMatchObject({ code: "OPEND_SERVER", retType, outcome, retryable: read });
    expect(of(QotModifyUserSecurity)).toMatchObject({ code: "OPEND_SERVER", retType, outcome, retryable: write });
    expect(of(QotSub)).toMatchObject({ code: "OPEND_SERVER", retType, outcome, retryable: write });
  });
});

describe("the relay's own errors", () => {
  const relayed = (protocol: Asked, code: number, text: string) =>
    errorOf(protocol, { protoId: protocol.id, serialNo: 42, body: new Uint8Array(0), error: code, errorText: text });

  test.each([
    [1, "the WebSocket relay got no answer from OpenD in time"],
    [2, "OpenD got no answer from its servers in time"],
    [3, "the WebSocket relay lost OpenD"],
    [-9, "the WebSocket relay refused (error -9)"],
  ])("%i: %s", (code, message) => {
    expect(relayed(QotGetUserSecurity, code, "").message).toBe(`[OPEND_SERVER] Qot_GetUserSecurity #42: ${message}`);
    const read = relayed(QotGetUserSecurity, code, "连接超时");
    expect(read.message).toBe(`[OPEND_SERVER] Qot_GetUserSecurity #42: ${message}: 连接超时`);
    expect(read).toMatchObject({ code: "OPEND_SERVER", outcome: "unknown", retryable: true, errCode: code });
    expect(read.retType).toBeUndefined();
    expect(relayed(QotModifyUserSecurity, code, "")).toMatchObject({ outcome: "unknown", retryable: false });
  });

  test("count before the body, which need not be there", () => {
    const message = reply(QotGetUserSecurity, { s2c: { staticInfoList: [] } });
    expect(errorOf(QotGetUserSecurity, { ...message, error: 2, errorText: "" }).errCode).toBe(2);
  });
});

describe("a reply that cannot be read", () => {
  const bad = { code: "OPEND_BAD_REPLY", outcome: "unknown", retryable: false, serialNo: 42 };

  test("a damaged one", () => {
    const damage = new CodecError("CODEC_FRAME_SHA1", "damaged");
    const error = errorOf(QotModifyUserSecurity, { ...reply(QotModifyUserSecurity, {}), damage });
    expect(error).toMatchObject({ ...bad, protocol: "Qot_ModifyUserSecurity", cause: damage });
    expect(error.message).toContain("damaged");
  });

  test.each([
    ["an empty body", new Uint8Array(0), "CODEC_MISSING_REQUIRED", "retType"],
    ["half a field", Uint8Array.of(8), "CODEC_MALFORMED", "Response"],
    ["a length beyond the end", Uint8Array.of(8, 0, 0x22, 200), "CODEC_MALFORMED", "Response"],
  ])("%s", (_, body, code, text) => {
    const error = errorOf(QotGetUserSecurity, reply(QotGetUserSecurity, body));
    expect(error).toMatchObject(bad);
    expect(error.cause).toMatchObject({ code });
    expect(error.message).toContain(text);
  });

  test("one without a content that must not be empty, with what is missing", () => {
    const error = errorOf(GetGlobalState, reply(GetGlobalState, {}));
    expect(error).toMatchObject(bad);
    expect(error.cause).toMatchObject({ code: "CODEC_MISSING_REQUIRED" });
    expect(error.message).toContain("marketHK");
  });
});
