import { contentShape, type FieldShape, type MessageShape, type ProtocolCodec } from "@tickwire/codec/registry";
import { TickwireError } from "@tickwire/session";

type Scalar = string | number | bigint | boolean | Uint8Array | undefined;

/** A message of which any part may be left out, here and in every message below; the fake puts in what is required. */
export type PartialMessage<T> = T extends Scalar
  ? T
  : T extends readonly (infer Item)[]
    ? readonly PartialMessage<Item>[]
    : T extends object
      ? { readonly [K in keyof T]?: PartialMessage<T[K]> | undefined }
      : T;

/** `Value` with `never` for every property that `Shape` does not know, in every object below. */
export type Known<Value, Shape> = Value extends Scalar
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Known<Item, Shape extends readonly (infer Element)[] ? Element : never>[]
    : { [K in keyof Value]: K extends keyof Shape ? Known<Value[K], NonNullable<Shape[K]>> : never };

/** The content of a reply or push with all that its protocol requires. @throws {TickwireError} `TESTKIT_FIELD` */
export function completeContent(protocol: ProtocolCodec["protocol"], s2c: unknown): unknown {
  const shape = contentShape(protocol, "s2c");
  return shape === undefined ? s2c : complete(shape, s2c);
}

/**
 * Puts in what is required and missing: 0, 0n, "", false, no bytes, and messages that are made in the same way. What is there
 * stays as it is; whether it fits is for the codec to say.
 * @throws {TickwireError} `TESTKIT_FIELD` for a field that the message does not have.
 */
function complete(shape: MessageShape, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const message: Record<string, unknown> = {};
  for (const field of shape.fields) message[field.name] = completeField(field, given[field.name]);
  for (const name of Object.keys(given))
    if (!(name in message)) {
      const names = Object.keys(message).join(", ") || "none";
      throw new TickwireError("TESTKIT_FIELD", `${shape.name} has no field ${name}; it has ${names}`);
    }
  return message;
}

function completeField({ isList, isRequired, message, neutral }: FieldShape, value: unknown): unknown {
  if (message === undefined) return value === undefined && isRequired ? neutral : value;
  if (Array.isArray(value)) return isList ? value.map((item) => complete(message, item)) : value;
  return complete(message, value === undefined && isRequired ? {} : value);
}
