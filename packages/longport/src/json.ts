/** A JSON value whose numbers are still text. */
export type LosslessJson = string | boolean | null | LosslessJson[] | { [key: string]: LosslessJson };

/** A string, which is to stay, or a number. A string may lack its end, or each quote in it would be tried as a begin. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Reads JSON with each number as the text that stood there. Group ids are 64-bit and prices are decimals, and a double
 * holds neither exactly. The text is changed before it is parsed because the reviver's `context.source`, which would do the
 * same, is missing in browsers before 2025.
 * @throws {SyntaxError} when it is not JSON.
 */
export function parseLossless(text: string): LosslessJson {
  return JSON.parse(text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

/** The fields of an object; none of anything else. */
export function fieldsOf(value: LosslessJson | undefined): { readonly [key: string]: LosslessJson | undefined } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}

/** The elements of a list; none of anything else. */
export function listOf(value: LosslessJson | undefined): readonly LosslessJson[] {
  return Array.isArray(value) ? value : [];
}

/** A text or a number as text; undefined for anything else, and for the empty text. */
export function textOf(value: LosslessJson | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** An integer of any size, as number or as text; undefined for anything else. */
export function integerOf(value: LosslessJson | undefined): bigint | undefined {
  return typeof value === "string" && /^-?\d+$/.test(value) ? BigInt(value) : undefined;
}
