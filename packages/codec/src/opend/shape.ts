// The schema as data, for tools that complete messages: the table of JSON bodies, and which fields are required.
import { messages } from "../gen/json-table.ts";
import { required } from "../gen/required.ts";
import { type JsonScalar, scalars } from "./json-scalar.ts";
import { bodyMessage, type JsonMessage } from "./json-table.ts";
import type { ProtocolCodec } from "./protocol.ts";

/** One field of a message. */
export interface FieldShape {
  readonly name: string;
  readonly isList: boolean;
  /** Whether the wire refuses a message without it. */
  readonly isRequired: boolean;
  /** The message that it, or each of the list, is; absent for a scalar. */
  readonly message?: MessageShape;
  /**
   * The value of a scalar that says nothing: 0, 0n, "", false, no bytes; of an enum its member 0, which the enums of required
   * fields all have. Absent for messages.
   */
  readonly neutral?: number | bigint | string | boolean | Uint8Array;
}

/** What a message consists of. */
export interface MessageShape {
  /** Full name, for example `Qot_Common.Security`. */
  readonly name: string;
  /** In the order of their numbers. */
  readonly fields: readonly FieldShape[];
}

/** The shape of what a request, reply or push says, without its envelope; undefined when the protocol has no such side. */
export function contentShape(
  { id, flat }: Pick<ProtocolCodec["protocol"], "id" | "flat">,
  side: "c2s" | "s2c",
): MessageShape | undefined {
  const body = bodyMessage(id, side === "c2s" ? "request" : "response");
  if (body === undefined) return undefined;
  return flat === true ? shapeOf(body) : shapeOf(body).fields.find(({ name }) => name === side)?.message;
}

const neutrals = new Map<JsonScalar | undefined, FieldShape["neutral"]>([
  [scalars["b"], false],
  [scalars["l"], 0n],
  [scalars["L"], 0n],
  [scalars["s"], ""],
  [scalars["B"], new Uint8Array(0)],
]);

const known = new Map<string, MessageShape>();
let requiredOf: ReadonlyMap<string | undefined, readonly string[]> | undefined;

function shapeOf(message: JsonMessage): MessageShape {
  const found = known.get(message.name);
  if (found !== undefined) return found;
  requiredOf ??= readRequired();
  const numbers = requiredOf.get(message.name) ?? [];
  const fields = [...message.fields.values()].map(({ name, tag, isList, type }): FieldShape => {
    const isRequired = numbers.includes(String(tag >>> 3));
    return "fields" in type
      ? { name, isList, isRequired, message: shapeOf(type) }
      : { name, isList, isRequired, neutral: neutrals.get(type) ?? 0 };
  });
  const shape = { name: message.name, fields };
  known.set(message.name, shape);
  return shape;
}

/** By the message's name, which the other table has in the same line. */
function readRequired() {
  const lines = required.split("\n");
  return new Map(messages.split("\n").map((line, index) => [line.split(" ")[0], (lines[index] ?? "").split(" ")]));
}
