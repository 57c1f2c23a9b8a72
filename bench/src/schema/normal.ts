import protobuf from "protobufjs";

/**
 * One form for what the implementations decode, so that it can be compared field by field: 64-bit integers as bigint,
 * whatever their library makes of them, and only fields that are there. A field that has its default counts as absent, for
 * implementations that cannot tell the two apart.
 */
export function normal(type: protobuf.Type, message: unknown): unknown {
  const source = message as { readonly [field: string]: unknown };
  const result: { [field: string]: unknown } = {};
  for (const field of type.fieldsArray) {
    // The prototypes of some libraries' messages carry defaults.
    const value = Object.hasOwn(source, field.name) ? source[field.name] : undefined;
    if (value == null) continue;
    const one = (item: unknown) => normalValue(field, item);
    const normalised = field.repeated ? (value as unknown[]).map(one) : one(value);
    if (!isDefault(normalised, field)) result[field.name] = normalised;
  }
  return result;
}

function normalValue(field: protobuf.Field, value: unknown): unknown {
  if (field.resolvedType instanceof protobuf.Type) return normal(field.resolvedType, value);
  if (/int64|fixed64/.test(field.type)) return BigInt(String(value));
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
}

const isDefault = (value: unknown, field: protobuf.Field) =>
  Array.isArray(value)
    ? value.length === 0
    : value === 0 || value === 0n || value === "" || value === false || value === field.options?.["default"];
