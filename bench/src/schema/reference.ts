import protobuf from "protobufjs";
import type { Message, Value } from "../corpus/index.ts";
import { schemaFiles } from "./files.ts";

/** protobufjs's view of the schema: what writes the corpus, and what all results are compared by. */
export class Schema {
  readonly #root: protobuf.Root;

  constructor(messages: readonly string[]) {
    this.#root = new protobuf.Root();
    for (const text of schemaFiles(messages).values()) protobuf.parse(text, this.#root, { keepCase: true });
    this.#root.resolveAll();
  }

  type(name: string): protobuf.Type {
    return this.#root.lookupType(name);
  }

  /** The bytes of a message, its fields in ascending order, as the C++ gateway writes them. */
  encode(name: string, message: Message): Uint8Array {
    const type = this.type(name);
    const plain = withLongs(message) as { [field: string]: unknown };
    const problem = type.verify(plain);
    if (problem != null) throw new Error(`${name}: ${problem}`);
    // A copy: protobufjs gives a part of a pool, as a Buffer.
    return new Uint8Array(type.encode(type.fromObject(plain)).finish());
  }
}

/** The library of protobufjs's 64-bit integers; its types name an instance only. */
const LongNumber = protobuf.util.Long as unknown as { fromString(text: string): unknown };

/** protobufjs takes 64-bit integers as Long, not as bigint. */
function withLongs(value: Value | undefined): unknown {
  if (typeof value === "bigint") return LongNumber.fromString(value.toString());
  if (Array.isArray(value)) return value.map(withLongs);
  if (typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, withLongs(inner)]));
}
