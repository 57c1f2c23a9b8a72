import { CodecError, parseSymbol, Reader, TickwireError } from "@tickwire/codec";
import { jsonBodies } from "@tickwire/codec/json";
import type { ProtocolCodec } from "@tickwire/codec/registry";
import { type CliError, rawMessage, usage } from "./errors.ts";
import {
  enumOf,
  membersOf,
  PACKET_ID,
  type Schema,
  type SchemaField,
  type SchemaProtocol,
  shortName,
} from "./schema.ts";
import { similar } from "./similar.ts";

const SECURITY = "Qot_Common.Security";

/**
 * The content of a request out of what somebody typed: JSON in the wire's names, in which securities may be texts
 * (`"HK.00700"`) and enums their names (`"Day"`).
 * @throws {CliError} `CLI_USAGE` with the path of what is wrong.
 */
export function readContent(
  schema: Schema,
  { name, request = "" }: SchemaProtocol,
  codec: ProtocolCodec,
  text: string,
): object {
  const typed = parse(text);
  const isWrapped = typeof typed === "object" && typed !== null && Object.keys(typed).join() === "c2s";
  const content = new ContentReader(schema).message(request, isWrapped ? (typed as { c2s: unknown }).c2s : typed, "");
  const needsPacketId = schema.messages[request]?.fields.some(
    (field) => field.name === PACKET_ID && field.label === "required",
  );
  const whole = { ...(needsPacketId && { [PACKET_ID]: { connID: 0, serialNo: 0 } }), ...content };
  const body = codec.protocol.flat === true ? whole : { c2s: whole };
  try {
    const bytes = jsonBodies.decode(codec.protocol.id, "request", new TextEncoder().encode(JSON.stringify(body)));
    // Pushes have none, and nobody asks one.
    const decodeRequest = codec.decodeRequest as NonNullable<ProtocolCodec["decodeRequest"]>;
    const { c2s } = decodeRequest(new Reader(bytes), bytes.length) as { c2s: Record<string, unknown> };
    if (!(PACKET_ID in content)) delete c2s[PACKET_ID];
    return c2s;
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw wrong(error.message.replace(/^\[\w+\] [\w.]+: /, "").replaceAll(/\bc2s\./g, ""), name);
  }
}

const wrong = (message: string, protocol: string): CliError =>
  usage(message, `\`tickwire request ${protocol} --help\` shows its fields`);

/** Integers that a double does not hold stay texts, as the wire's JSON has them. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, function (this: unknown, _key: string, value: unknown, context?: { source?: string }) {
      return typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)
        ? (context?.source ?? value)
        : value;
    } as never);
  } catch (error) {
    // Without what V8 quotes of the text, which may have a password in it.
    const reason = (error as Error).message.replace(/, (\.\.\.)?".*(?= is not valid JSON$)/s, "");
    throw usage(
      `the JSON cannot be read: ${reason}`,
      "put it into single quotes, and names and texts in it into double ones",
    );
  }
}

/** Puts numbers in place of names, and finds names that the schema does not have, which the wire's JSON would skip. */
class ContentReader {
  readonly #schema: Schema;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  message(type: string, json: unknown, path: string): object {
    if (type === SECURITY && typeof json === "string") return security(json, path);
    if (typeof json !== "object" || json === null || Array.isArray(json))
      throw usage(`${path || "the content"}: expected an object, with the fields of ${type}`);
    const fields = this.#schema.messages[type]?.fields ?? [];
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => {
        const field = fields.find(({ name }) => name === key);
        const at = path === "" ? key : `${path}.${key}`;
        if (field === undefined) {
          const match = similar(
            key,
            fields.map(({ name }) => name),
          );
          throw usage(`${at}: ${type} has no such field`, match && `did you mean ${match}?`);
        }
        return [key, this.#field(field, value, at)];
      }),
    );
  }

  #field(field: SchemaField, value: unknown, path: string): unknown {
    if (value === null || field.label !== "repeated") return this.#value(field, value, path);
    if (!Array.isArray(value)) throw usage(`${path}: expected a list`);
    return value.map((item, index) => this.#value(field, item, `${path}[${index}]`));
  }

  #value(field: SchemaField, value: unknown, path: string): unknown {
    const type = enumOf(this.#schema, field);
    if (type !== undefined) return typeof value === "string" ? this.#member(type, value, path) : value;
    return field.type in this.#schema.messages && value !== null ? this.message(field.type, value, path) : value;
  }

  #member(type: string, text: string, path: string): number {
    const members = membersOf(this.#schema, type);
    const plain = text.startsWith(`${shortName(type)}_`) ? text.slice(shortName(type).length + 1) : text;
    const member = members.find(({ name }) => name === plain);
    if (member !== undefined) return member.number;
    const names = members.map(({ name }) => name);
    const match = similar(plain, names);
    throw usage(
      `${path}: ${JSON.stringify(text)} is no ${shortName(type)}`,
      match === undefined ? `it is one of ${names.join(", ")}, or a number` : `did you mean ${match}?`,
    );
  }
}

function security(text: string, path: string): object {
  try {
    return parseSymbol(text);
  } catch (error) {
    if (!(error instanceof TickwireError)) throw error;
    throw usage(`${path}: ${rawMessage(error)}`, 'write Futu\'s own form, as "HK.00700"');
  }
}
