import { createHmac, randomBytes } from "node:crypto";
import { type FieldTest, fieldTest, mapFields, type Scalar } from "../redact.ts";

/** Values that are looked for in other texts: at most so many, so that a recording of any length takes no more memory. */
const MAX_REMEMBERED = 1000;
/** Characters of a value that is looked for; a shorter one may well be there by chance. */
const MIN_REMEMBERED_CHARACTERS = 8;

/**
 * Replaces the values of sensitive fields by stand-ins of the same type. Equal values get equal ones, so that what belongs
 * together still does. They are made with a key that is in no file, so that nobody can try values until one fits.
 */
export class Redactor {
  readonly #key = randomBytes(32);
  readonly #isField: FieldTest;
  /** What was replaced, and by what: a refusal's text may repeat it. */
  readonly #remembered = new Map<string, string>();
  /** Finds all of them; made when it is needed. */
  #pattern: RegExp | undefined;

  constructor(names: readonly string[]) {
    this.#isField = fieldTest(names);
  }

  /** @param scope The place of the outermost fields: see `mapFields`. */
  message(scope: string, message: unknown): unknown {
    const redacted = mapFields(message, scope, this.#isField, (value) => this.#standIn(value));
    // Only now, because a text may come before the field whose value it repeats.
    return mapFields(
      redacted,
      scope,
      () => true,
      (value) => (typeof value === "string" ? this.text(value) : value),
    );
  }

  /** A text without the values that were replaced so far. */
  text(text: string): string {
    if (this.#remembered.size === 0 || text.length < MIN_REMEMBERED_CHARACTERS) return text;
    this.#pattern ??= patternOf([...this.#remembered.keys()]);
    return text.replace(this.#pattern, (found) => this.#remembered.get(found) ?? found);
  }

  /** Takes a secret that is not recorded itself, but may be repeated elsewhere. */
  remember(secret: string): void {
    this.#standIn(secret);
  }

  #standIn(value: Scalar): Scalar {
    // What says nothing: no text, the user 0.
    if (value === null || value === "" || value === "0" || Number(value) === 0) return value;
    if (typeof value === "boolean") return false;
    const hash = createHmac("sha256", this.#key).update(String(value)).digest("hex").slice(0, 16);
    const number = BigInt(`0x${hash}`);
    if (typeof value === "number") return 100_000_000 + Number(number % 900_000_000n);
    const long = 10n ** 17n + (number % (9n * 10n ** 17n));
    if (typeof value === "bigint") return long;
    // Of the alphabet of base64, and of a length that it has, because the field may hold bytes.
    const standIn = /^-?\d+$/.test(value) ? String(long) : `redacted${hash}`;
    this.#note(value, standIn);
    return standIn;
  }

  #note(value: string, standIn: string): void {
    if (this.#remembered.size >= MAX_REMEMBERED || this.#remembered.has(value)) return;
    if (value.length < MIN_REMEMBERED_CHARACTERS) return;
    this.#remembered.set(value, standIn);
    this.#pattern = undefined;
  }
}

/** Finds the values, but not as a part of a longer word or number, which is another value. */
function patternOf(values: readonly string[]): RegExp {
  const longestFirst = values.toSorted((a, b) => b.length - a.length).map(escapePattern);
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}])`, "gu");
}

/** The characters that have a meaning in a pattern, escaped. */
function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
