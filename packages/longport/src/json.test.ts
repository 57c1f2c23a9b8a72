import fc from "fast-check";
import { expect, test } from "vitest";
import { fieldsOf, integerOf, listOf, parseLossless, textOf } from "./json.ts";

/** What it is to give: the value with each number as text. */
function withNumbersAsText(value: unknown): unknown {
  if (typeof value === "number") return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(withNumbersAsText);
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(value))
    Object.defineProperty(copy, key, {
      value: withNumbersAsText(field),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return copy;
}

test("numbers become their own text, and nothing else changes, whatever stands in strings", () => {
  const texts = fc.string({ unit: fc.constantFrom('"', "\\", "1", "-", ".", "e", ":", ",", "{", "a", "組", "\n") });
  const values = fc.letrec((tie) => ({
    value: fc.oneof(
      texts,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(texts, tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
      expect(parseLossless(JSON.stringify(value, null, indent))).toEqual(withNumbersAsText(value));
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['{"id":9223372036854775807}', { id: "9223372036854775807" }],
  ['{"price":0.12345678901234567890123456789}', { price: "0.12345678901234567890123456789" }],
  ["[-6, 1e3, 1.50, -0.0, 2E-7]", ["-6", "1e3", "1.50", "-0.0", "2E-7"]],
  ['{"name":"\\"id\\":1, 2"}', { name: '"id":1, 2' }],
  ['"\\\\"', "\\"],
])("%s", (text, value) => {
  expect(parseLossless(text)).toEqual(value);
});

test.each(["", "<html>42</html>", '{"a":1', '{"a":"1}', "[1 2]", "NaN", "nul", '{"a":1}{"a":1}', "'1'"])(
  "%j is not JSON, as before",
  (text) => {
    expect(() => parseLossless(text)).toThrow(SyntaxError);
  },
);

test("a long text costs neither the stack nor quadratic time", () => {
  const long = '\\"1'.repeat(1_000_000);
  expect(parseLossless(`["${long}"]`)).toEqual(['"1'.repeat(1_000_000)]);
  expect(() => parseLossless(`["${long}`)).toThrow(SyntaxError);
});

test("accessors take what they are for, and nothing else", () => {
  expect([fieldsOf(null), fieldsOf("a"), fieldsOf([]), fieldsOf(undefined), fieldsOf({ a: true })]).toEqual([
    {},
    {},
    {},
    {},
    { a: true },
  ]);
  expect([listOf(null), listOf({}), listOf(["a"])]).toEqual([[], [], ["a"]]);
  expect([textOf(""), textOf(null), textOf("0")]).toEqual([undefined, undefined, "0"]);
  expect([integerOf("12"), integerOf("-6"), integerOf("1.5"), integerOf("x"), integerOf(""), integerOf(true)]).toEqual([
    12n,
    -6n,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
