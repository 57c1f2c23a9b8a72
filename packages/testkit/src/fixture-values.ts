import { formatSymbol, parseSymbol, TickwireError } from "@tickwire/session";
import type { LocalText } from "./fixture.ts";
import { z } from "./zod.ts";

const integer = (min: bigint, max: bigint, error = "the number does not fit 64 bits"): z.ZodType<bigint, string> =>
  z
    .string()
    .regex(/^-?\d{1,20}$/, {
      error: "expected a whole number written as a text, because it may exceed 2^53",
      abort: true,
    })
    .refine((text) => BigInt(text) >= min && BigInt(text) <= max, { error })
    .transform(BigInt);

/** A whole number of 64 bits, as text. */
export const int64: z.ZodType<bigint, string> = integer(-(2n ** 63n), 2n ** 63n - 1n);
/** The same without a sign. */
export const uint64: z.ZodType<bigint, string> = integer(0n, 2n ** 64n - 1n);
/** A whole number of 32 bits that is not negative. */
export const count: z.ZodType<number, number> = z.int32().nonnegative();
/** Beyond it nothing is traded, and the sums of a year would not fit their fields. */
const MAX_AMOUNT = 1e15;
/** A number that is not negative, of shares or contracts, as text. */
export const volume: z.ZodType<bigint, string> = integer(0n, BigInt(MAX_AMOUNT), `expected 0 to ${MAX_AMOUNT}`);
/** A price, an amount or a part, that is not negative. */
export const price: z.ZodType<number, number> = z.number().nonnegative().max(MAX_AMOUNT);
/** `yyyy-MM-dd`. */
export const date: z.ZodType<string, string> = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, "expected a date as yyyy-MM-dd");
/** The same, or an empty text. */
export const dateOrNone: z.ZodType<string, string> = z.union(
  [date, z.literal("")],
  "expected a date as yyyy-MM-dd, or an empty text",
);

/** `HK.00700`, in the one form that it has. */
export const symbol: z.ZodType<string, string> = z.string().superRefine((text, ctx) => {
  try {
    const canonical = formatSymbol(parseSymbol(text));
    if (canonical !== text) ctx.addIssue({ code: "custom", message: `write it as ${JSON.stringify(canonical)}` });
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    ctx.addIssue({ code: "custom", message: error.message });
  }
});

/** A text, or one per language. */
export const localText: z.ZodType<LocalText, LocalText> = z.union(
  [
    z.string().min(1),
    z.strictObject({ en: z.string().min(1).describe("English."), zh: z.string().min(1).describe("Chinese.") }),
  ],
  "expected a text that is not empty, or one per language: { en, zh }",
);

/** A value of an enum of the protocol: its name, or its number, which may be one that this version has no name for. */
export function enumOf<const E extends Readonly<Record<string, number>>>(
  values: E,
): z.ZodType<E[keyof E] | (number & {}), string | number> {
  const names = Object.keys(values);
  return z
    .union([z.enum(names), z.int32()], `expected one of ${names.join(", ")}, or its number`)
    .transform((value) => (typeof value === "number" ? value : values[value]!));
}
