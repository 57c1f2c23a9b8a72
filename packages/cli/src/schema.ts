/** A field of a message. */
export interface SchemaField {
  readonly name: string;
  /** A scalar type, or the full name of a message or an enum. */
  readonly type: string;
  readonly label: "required" | "optional" | "repeated";
  /** Full name of the enum whose numbers it carries. */
  readonly enum?: string;
  readonly about?: string;
}

/** A protocol of OpenD. */
export interface SchemaProtocol {
  readonly id: number;
  readonly name: string;
  readonly kind: "request" | "push" | "internal";
  readonly about: string;
  /** The message that is its question; absent for pushes. */
  readonly request?: string;
  readonly response: string;
  readonly limit?: { readonly requests: number; readonly windowMs: number };
}

interface Member {
  readonly name: string;
  readonly number: number;
  readonly about?: string;
}

/** OpenD's schema with its comments. */
export interface Schema {
  readonly protocols: readonly SchemaProtocol[];
  readonly messages: Readonly<Record<string, { readonly about?: string; readonly fields: readonly SchemaField[] }>>;
  readonly enums: Readonly<Record<string, readonly Member[]>>;
}

/** The field that the client fills in. */
export const PACKET_ID = "packetID";

/** Read when it is asked for: it is large. */
export async function loadSchema(): Promise<Schema> {
  return JSON.parse((await import("./gen/schema.ts")).schemaJson);
}

/** `Qot_Common.KLType` → `KLType` */
export const shortName = (fullName: string): string => fullName.slice(fullName.lastIndexOf(".") + 1);

/** The enum whose numbers a field carries. */
export const enumOf = ({ enums }: Schema, { enum: name, type }: SchemaField): string | undefined =>
  name ?? (type in enums ? type : undefined);

/** The members of an enum, without the enum's name that the vendor puts in front of each. */
export function membersOf(
  { enums }: Schema,
  name: string,
): ReadonlyArray<{ readonly name: string; readonly number: number }> {
  const prefix = `${shortName(name)}_`;
  return (enums[name] ?? []).map((member) => ({
    number: member.number,
    name: member.name.startsWith(prefix) ? member.name.slice(prefix.length) : member.name,
  }));
}

/** A message as JSON with the names of enums in place of their numbers; a number that is not known stays. */
export function withNames(schema: Schema, message: string, json: unknown): unknown {
  if (Array.isArray(json)) return json.map((item) => withNames(schema, message, item));
  if (typeof json !== "object" || json === null) return json;
  const fields = schema.messages[message]?.fields ?? [];
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      const field = fields.find(({ name }) => name === key);
      if (field === undefined) return [key, value];
      const type = enumOf(schema, field);
      if (type === undefined) return [key, withNames(schema, field.type, value)];
      const nameOf = (number: unknown) =>
        membersOf(schema, type).find((member) => member.number === number)?.name ?? number;
      return [key, Array.isArray(value) ? value.map(nameOf) : nameOf(value)];
    }),
  );
}
