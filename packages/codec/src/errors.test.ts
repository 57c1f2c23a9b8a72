import { describe, expect, test } from "vitest";
import { brand, CodecError, TickwireError } from "./errors.ts";

class GatewayError extends TickwireError {
  override readonly name = "GatewayError";
  readonly connId = 2n ** 64n - 1n;
  readonly protocol: string | undefined = undefined;

  static {
    brand(GatewayError, "GatewayErrorOfATest");
  }
}

describe("an error", () => {
  test("has its code in front of the message, and safe defaults", () => {
    const error = new TickwireError("X_CODE", "it broke");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: "TickwireError",
      code: "X_CODE",
      message: "[X_CODE] it broke",
      outcome: "not-sent",
      retryable: false,
    });
    expect("cause" in error).toBe(false);
  });

  test("takes outcome, retryable and cause", () => {
    const cause = new Error("inner");
    const error = new TickwireError("X_CODE", "it broke", { outcome: "unknown", retryable: true, cause });
    expect(error).toMatchObject({ outcome: "unknown", retryable: true });
    expect(error.cause).toBe(cause);
  });

  test("gives JSON of plain data: bigint as text, the cause as its message, nothing absent", () => {
    const error = new GatewayError("X_CODE", "it broke", { cause: new Error("inner") });
    expect(JSON.parse(JSON.stringify({ error }))).toEqual({
      error: {
        name: "GatewayError",
        message: "[X_CODE] it broke",
        code: "X_CODE",
        outcome: "not-sent",
        retryable: false,
        connId: "18446744073709551615",
        cause: "inner",
      },
    });
    expect(new GatewayError("X_CODE", "it broke", { cause: 5n }).toJSON()["cause"]).toBe("5");
  });

  test("gives JSON of a located CodecError with its message and paths", () => {
    const error = new CodecError("CODEC_MALFORMED", "a varint that does not end");
    error.locate("Qot_Sub.C2S", "securityList", 3);
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "CodecError",
      message: "[CODEC_MALFORMED] Qot_Sub.C2S: securityList[3]: a varint that does not end",
      code: "CODEC_MALFORMED",
      outcome: "not-sent",
      retryable: false,
      messageType: "Qot_Sub.C2S",
      paths: ["securityList[3]"],
    });
  });
});

describe("instanceof", () => {
  /** What the class of a second copy of the package makes: the same symbols, no shared prototype. */
  const foreign = (...names: string[]) => {
    const error = new Error("from the other copy");
    for (const name of names) Object.defineProperty(error, Symbol.for(`@tickwire/${name}`), { value: true });
    return error;
  };

  test("knows the errors of a second copy by their brand", () => {
    expect(foreign("TickwireError", "CodecError")).toBeInstanceOf(CodecError);
    expect(foreign("TickwireError", "CodecError")).toBeInstanceOf(TickwireError);
    expect(foreign("TickwireError")).not.toBeInstanceOf(CodecError);
  });

  test("tells the classes apart", () => {
    const error = new CodecError("CODEC_MALFORMED", "x");
    expect(error).toBeInstanceOf(CodecError);
    expect(error).toBeInstanceOf(TickwireError);
    expect(error).not.toBeInstanceOf(GatewayError);
    expect(new TickwireError("X_CODE", "x")).not.toBeInstanceOf(CodecError);
    expect(new GatewayError("X_CODE", "x")).toBeInstanceOf(GatewayError);
  });

  test("is false for everything else", () => {
    for (const value of [
      undefined,
      null,
      1,
      "CodecError",
      Symbol.for("@tickwire/CodecError"),
      {},
      new Error("x"),
      () => 1,
    ])
      expect(value instanceof TickwireError).toBe(false);
  });
});

describe("locate", () => {
  test("adds steps from the inside out, to every path", () => {
    const error = new CodecError("CODEC_MISSING_REQUIRED", "required, but missing", ["market", "code"]);
    error.locate("Qot_Common.Security", "", -1);
    expect([error.messageType, error.paths]).toEqual(["Qot_Common.Security", ["market", "code"]]);
    error.locate("Qot_Sub.C2S", "securityList", 2);
    error.locate("Qot_Sub.Request", "c2s", -1);
    expect(error.messageType).toBe("Qot_Sub.Request");
    expect(error.paths).toEqual(["c2s.securityList[2].market", "c2s.securityList[2].code"]);
    expect(error.message).toBe(
      "[CODEC_MISSING_REQUIRED] Qot_Sub.Request: c2s.securityList[2].market, c2s.securityList[2].code: required, but missing",
    );
  });

  test("without a field tells the message alone", () => {
    const error = new CodecError("CODEC_MALFORMED", "field number 0");
    error.locate("Qot_Sub.S2C", "", -1);
    expect(error.message).toBe("[CODEC_MALFORMED] Qot_Sub.S2C: field number 0");
  });

  test("mends the stack, which is what consoles print", () => {
    const error = new CodecError("CODEC_MALFORMED", "$& does not end");
    // Not every engine has the message in the stack.
    const before = error.stack?.includes("does not end");
    error.locate("Qot_Sub.C2S", "session", -1);
    error.locate("Qot_Sub.Request", "c2s", -1);
    expect(error.stack?.includes("Qot_Sub.Request: c2s.session: $& does not end")).toBe(before);
    expect(Object.keys(error)).not.toContain("stack");
  });
});

test("instanceof of a class that a user derives looks at that class", () => {
  class Mine extends TickwireError {}
  expect(new TickwireError("X", "x") instanceof Mine).toBe(false);
  expect(new Mine("X", "x") instanceof Mine).toBe(true);
  expect(new Mine("X", "x") instanceof TickwireError).toBe(true);
});
