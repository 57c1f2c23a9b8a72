import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { Edition, FeatureSet_FieldPresence, FieldDescriptorProto_Label } from "@bufbuild/protobuf/wkt";

/** Wire types of the protobuf encoding. */
const VARINT = 0;
const FIXED64 = 1;
export const LENGTH = 2;
const FIXED32 = 5;

/** How the values of a scalar type are read, written and typed. */
export interface Scalar {
  readonly name: string;
  /** Which of `Reader` and `Writer` have a method of its name; the others have a function. */
  readonly methodOf?: "both" | "reader";
  readonly wireType: number;
  readonly typeScript: string;
  /** What an absent one is in proto3, as code; undefined where no message has needed it yet. */
  readonly zero?: string;
}

/** The scalar types that the schema uses. */
const scalars: Partial<Record<ScalarType, Scalar>> = {
  [ScalarType.BOOL]: { name: "bool", wireType: VARINT, typeScript: "boolean", methodOf: "both", zero: "false" },
  [ScalarType.INT32]: { name: "int32", wireType: VARINT, typeScript: "number", methodOf: "both", zero: "0" },
  [ScalarType.UINT32]: { name: "uint32", wireType: VARINT, typeScript: "number", zero: "0" },
  [ScalarType.INT64]: { name: "int64", wireType: VARINT, typeScript: "bigint", methodOf: "reader", zero: "0n" },
  [ScalarType.UINT64]: { name: "uint64", wireType: VARINT, typeScript: "bigint", zero: "0n" },
  [ScalarType.DOUBLE]: { name: "double", wireType: FIXED64, typeScript: "number", methodOf: "reader" },
  [ScalarType.FLOAT]: { name: "float", wireType: FIXED32, typeScript: "number" },
  [ScalarType.STRING]: { name: "string", wireType: LENGTH, typeScript: "string", methodOf: "both", zero: '""' },
  [ScalarType.BYTES]: { name: "bytes", wireType: LENGTH, typeScript: "Uint8Array" },
};

export const isRequired = (field: DescField): boolean => field.proto.label === FieldDescriptorProto_Label.REQUIRED;

/** What stands for the absent field, as the last arguments of the call that reads or writes it. */
export function absenceOf(field: DescField): string {
  if (isRequired(field)) return "";
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return ", 1";
  const { name, zero } = scalarOf(field);
  if (zero === undefined) throw new Error(`${field.parent.typeName}.${field.name}: no zero is known for ${name}`);
  return `, ${zero}`;
}

/** The property that a field is in TypeScript: in proto3 files, whose names are snake_case, in camelCase. */
export const propertyNameOf = (field: DescField): string =>
  field.parent.file.edition === Edition.EDITION_PROTO3 ? field.localName : field.name;

export const byNumber = (message: DescMessage): DescField[] => [...message.fields].sort((a, b) => a.number - b.number);

/** The message of a field (or of its elements), or undefined for scalars and enums. */
export const messageOf = (field: DescField): DescMessage | undefined =>
  field.fieldKind === "message" || field.fieldKind === "list" ? field.message : undefined;

/** The fields of a message that are maps. */
export const mapsOf = (message: DescMessage): (DescField & { readonly fieldKind: "map" })[] =>
  message.fields.filter((field) => field.fieldKind === "map");

/** How a field's (or its elements') value travels. Enums travel as int32. */
export function scalarOf(field: DescField): Scalar {
  const isEnum = field.fieldKind === "enum" || (field.fieldKind === "list" && field.listKind === "enum");
  const type = field.fieldKind === "scalar" || field.fieldKind === "list" ? field.scalar : undefined;
  const found = isEnum ? scalars[ScalarType.INT32] : type === undefined ? undefined : scalars[type];
  if (found === undefined)
    throw new Error(`${field.parent.typeName}.${field.name}: this kind of field is not supported`);
  return found;
}

/** The tag that the field's values come with: in a list of numbers, each of them. */
export function tagOf(field: DescField): number {
  const isMessage = field.fieldKind === "map" || messageOf(field) !== undefined;
  return (field.number << 3) | (isMessage ? LENGTH : scalarOf(field).wireType);
}

/** The tag of all of a list's numbers in one, which readers must know too; undefined for other fields. */
export function packedTagOf(field: DescField): number | undefined {
  if (field.fieldKind !== "list" || (tagOf(field) & 7) === LENGTH) return undefined;
  return (field.number << 3) | LENGTH;
}

/** The runtime's function that reads or writes a scalar: `readInt32`. */
export const functionOf = (verb: "read" | "write", { name }: Scalar): string =>
  verb + name[0]?.toUpperCase() + name.slice(1);

/** Names that the fast decoders use themselves. */
const reserved = new Set(
  "b cut end error missing p r stop tag unexpected v within"
    .split(" ")
    .concat(Object.values(scalars).map((scalar) => functionOf("read", scalar))),
);

/** A local of the generated functions for this field: its name, unless the functions use that name themselves. */
export const localOf = (field: DescField): string => (reserved.has(field.name) ? `${field.name}$` : field.name);

/** The field in an object literal that is made of the locals. */
export const propertyOf = (field: DescField): string =>
  localOf(field) === field.name ? field.name : `${field.name}: ${localOf(field)}`;
