import fc from "fast-check";
import { expect, test } from "vitest";
import { Redactor } from "./redactor.ts";

const redactor = () => new Redactor(["accID", "token", "count", "isMe", "list"]);

test("stand-ins are of the value's type, and what says nothing stays", () => {
  const message = {
    accID: "281756455988247915",
    token: "m_secret",
    count: 42,
    isMe: true,
    list: [{ a: 1 }, "x", null],
    other: 42,
  };
  expect(redactor().message("Any", message)).toEqual({
    accID: expect.stringMatching(/^[1-9]\d{17}$/),
    token: expect.stringMatching(/^redacted[0-9a-f]{16}$/),
    count: expect.toSatisfy((value: number) => Number.isInteger(value) && value >= 1e8 && value < 1e9),
    isMe: false,
    list: [{ a: expect.any(Number) }, expect.stringMatching(/^redacted/), null],
    other: 42,
  });
  expect(redactor().message("Any", { accID: 9007199254740993n })).toEqual({ accID: expect.any(BigInt) });
  expect(redactor().message("Any", { accID: "0", token: "", count: 0, list: [] })).toEqual({
    ...{ accID: "0", token: "", count: 0, list: [] },
  });
});

test("a text's stand-in fits a field of bytes", () => {
  const { token } = redactor().message("Any", { token: "AAEC" }) as { token: string };
  expect(Buffer.from(token, "base64").toString("base64")).toBe(token);
});

test("equal values have equal stand-ins, and each redactor has its own", () => {
  const one = redactor();
  const of = (each: Redactor) => each.message("Any", { accID: "123456789" });
  expect(of(one)).toEqual(of(one));
  expect(of(one)).not.toEqual(of(redactor()));
});

test("a value is not found again in any text of the same message or a later one, wherever it stands", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 8, maxLength: 30 }), { minLength: 1, maxLength: 5 }),
      (secrets) => {
        const each = redactor();
        const shown = secrets.filter((secret) => secret.trim() !== "" && Number.isNaN(Number(secret)));
        const text = shown.map((secret) => `: ${secret} ,`).join("");
        const message = { text, list: shown, later: [text] };
        const written = JSON.stringify(each.message("Any", message)) + each.text(text);
        for (const secret of shown) {
          const inside = JSON.stringify(secret).slice(1, -1);
          // What is a part of another value, or of the stand-ins' own words, proves nothing.
          if (shown.some((other) => other !== secret && other.includes(secret)) || !/[^\s,:]/.test(secret)) continue;
          expect(written).not.toContain(inside);
        }
      },
    ),
  );
});

test("a value within a longer word or number is another value", () => {
  const each = redactor();
  each.message("Any", { accID: "12345678", token: "password" });
  expect(each.text("112345678, 123456780, passwords, mypassword")).toBe("112345678, 123456780, passwords, mypassword");
  expect(each.text("account=12345678;password")).toMatch(/^account=\d{18};redacted[0-9a-f]{16}$/);
});

test("no more than a thousand values are looked for", () => {
  const each = redactor();
  const tokens = Array.from({ length: 1001 }, (_, index) => `token-${index}-long`);
  for (const token of tokens) each.remember(token);
  expect(each.text(tokens[999]!)).toMatch(/^redacted/);
  expect(each.text(tokens[1000]!)).toBe(tokens[1000]);
});
