import type { Absence } from "./checks.ts";
import type { Decode, MessageType } from "./decoder.ts";
import type { Reader } from "./reader.ts";

/** The methods of `Reader` that read one field each. */
export type Kind = "bool" | "int32" | "int64" | "double" | "string" | "one" | "list" | "message" | "messages";

/** A field, by the call that reads it. */
export interface Field {
  readonly kind: Kind;
  readonly tag: number;
  /** How one value is read; absent where a method of the kind's name does it. */
  readonly read: Decode<unknown>;
  readonly absence: Absence<unknown>;
}

/** What a message type consists of. */
export interface Description {
  readonly fields: Readonly<Record<string, Field>>;
  /** The fields' names by their tags; a list of numbers has two. */
  readonly names: Readonly<Record<number, string>>;
}

/** Gives each field's call, instead of a value. */
const spy = /* @__PURE__ */ new Proxy({} as Reader, {
  get:
    (_, kind: Kind) =>
    (tag: number, ...rest: readonly unknown[]): Field => ({
      kind,
      tag,
      read: rest.find((item) => typeof item === "function") as Decode<unknown>,
      absence: rest.find((item) => typeof item !== "function"),
    }),
});

/** Finds out what a message type consists of, by letting it read from something that only notes the calls. */
export function describe(type: MessageType<unknown>): Description {
  if (type.description !== undefined) return type.description;
  const fields = type.fields(spy) as Record<string, Field>;
  const names: Record<number, string> = {};
  for (const [name, { kind, tag }] of Object.entries(fields)) {
    names[tag] = name;
    if (kind === "list") names[packed(tag)] = name;
  }
  type.description = { fields, names };
  return type.description;
}

/** The tag of all of a list's numbers in one. */
export const packed = (tag: number): number => (tag & ~7) | 2;
