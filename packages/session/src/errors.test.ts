import { CodecError, RetType, TickwireError } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError, reasonOf } from "./errors.ts";

describe("the message", () => {
  test.each([
    [{}, "[OPEND_TIMEOUT] too late"],
    [{ protocol: "Qot_Sub" }, "[OPEND_TIMEOUT] Qot_Sub: too late"],
    [{ protocol: "Qot_GetUserSecurity", serialNo: 42 }, "[OPEND_TIMEOUT] Qot_GetUserSecurity #42: too late"],
    [{ serialNo: 42 }, "[OPEND_TIMEOUT] too late"],
  ])("of %j", (init, message) => {
    expect(new OpenDError("OPEND_TIMEOUT", "too late", init).message).toBe(message);
  });

  test("stands in the stack, behind the name", () => {
    const error = new OpenDError("OPEND_CLOSED", "closed");
    expect(error.name).toBe("OpenDError");
    expect(String(error)).toBe("OpenDError: [OPEND_CLOSED] closed");
    expect(error.stack).toContain("[OPEND_CLOSED] closed");
  });
});

describe("the fields", () => {
  test("are careful unless told otherwise", () => {
    const error = new OpenDError("OPEND_CLOSED", "closed");
    expect(error).toMatchObject({ code: "OPEND_CLOSED", outcome: "not-sent", retryable: false });
    expect(error).toMatchObject({ protocol: undefined, serialNo: undefined, retType: undefined, reason: undefined });
    expect("cause" in error).toBe(false);
  });

  test("are all taken", () => {
    const init = {
      protocol: "Qot_Sub",
      serialNo: 3,
      retType: RetType.Failed,
      errCode: 9,
      reason: "quota",
      outcome: "rejected",
      retryable: true,
      cause: "because",
    } as const;
    expect(new OpenDError("OPEND_SERVER", "no", init)).toMatchObject(init);
  });
});

describe("toJSON", () => {
  test("gives plain data without what is not known, the cause as its message", () => {
    const error = new OpenDError("OPEND_SERVER", "no", {
      protocol: "Qot_Sub",
      serialNo: 3,
      retType: RetType.Failed,
      reason: "quota",
      outcome: "rejected",
      cause: new Error("inner"),
    });
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "OpenDError",
      message: "[OPEND_SERVER] Qot_Sub #3: no",
      code: "OPEND_SERVER",
      outcome: "rejected",
      retryable: false,
      protocol: "Qot_Sub",
      serialNo: 3,
      retType: -1,
      reason: "quota",
      cause: "inner",
    });
  });

  test.each([
    ["text", "text"],
    [7n, "7"],
    [null, "null"],
  ])("writes a cause that is no error: %s", (cause, written) => {
    expect(new OpenDError("OPEND_ABORTED", "aborted", { cause }).toJSON()["cause"]).toBe(written);
  });
});

describe("instanceof", () => {
  test("looks at the brand", () => {
    const error = new OpenDError("OPEND_CLOSED", "closed");
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(TickwireError);
    expect(error).toBeInstanceOf(OpenDError);
    expect(error).not.toBeInstanceOf(CodecError);
    expect(new CodecError("CODEC_MALFORMED", "no")).not.toBeInstanceOf(OpenDError);
    expect(new TickwireError("X", "no")).not.toBeInstanceOf(OpenDError);
  });

  test("knows an error of another copy of the package", () => {
    const foreign = Object.assign(new Error("no"), { [Symbol.for("@tickwire/OpenDError")]: true });
    expect(foreign).toBeInstanceOf(OpenDError);
  });

  test.each([undefined, null, "text", 1, {}, new Error("no")])("does not take %s for one", (value) => {
    expect(value instanceof OpenDError).toBe(false);
  });
});

describe("reasonOf", () => {
  test.each([
    ["Unknown watchlists", "unknown-group"],
    ["未知自选股分组", "unknown-group"],
    ["The System grouping is not supported", "system-group"],
    ["不支持系统分组", "system-group"],
    ["条件选股频率太高，请求失败，每30秒最多10次。", "rate-limit"],
    ["Request frequency is too high", "rate-limit"],
    ["requests are sent too often", "rate-limit"],
    ["Too many requests", "rate-limit"],
    ["订阅额度不足，订阅失败，已用订阅额度：1000/1000", "quota"],
    ["Insufficient subscription quota", "quota"],
    ["Subscription quota is insufficient", "quota"],
    ["HK.00700 订阅时间过短，至少需要订阅1分钟", "unsubscribe-too-early"],
    ["It must be subscribed for at least one minute", "unsubscribe-too-early"],
    ["NN_ProtoRet_TimeOut", "upstream-timeout"],
    ["request failed: NN_ProtoRet_TimeOut(-100)", "upstream-timeout"],
  ])("%s", (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test.each(["", "Unknown stock", "timeout", "未知股票", "额度", "the group is empty"])(
    "knows nothing of %j",
    (text) => {
      expect(reasonOf(text)).toBeUndefined();
    },
  );
});
