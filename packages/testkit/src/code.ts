// Values and handlers as the TypeScript that a test may have in its source.
import { contentShape, type MessageShape, type ProtocolCodec } from "@tickwire/codec/registry";
import { fieldTest, secretFields } from "./redact.ts";

/** Longer values are cut. */
const MAX_CHARACTERS = 2000;
/** A line of an object that is longer is broken up. */
const MAX_LINE = 100;
const isSecret = fieldTest(secretFields);

/**
 * A decoded message in one line, without what is absent and without secrets.
 * @param scope The protocol's name: the place of the outermost fields.
 */
export function printMessage(message: unknown, scope = ""): string {
  return shortened(print(message, [scope]));
}

/** A text for people, which may repeat what a peer has sent. */
export function shortened(text: string): string {
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)} …`;
}

/** @param within The protocol, and the field that the value is of. */
function print(value: unknown, within: readonly string[]): string {
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(", ")}])`;
  if (Array.isArray(value)) return `[${value.map((each) => print(each, within)).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, each]) => each !== undefined);
    return braced(
      fields.map(([name, each]) => `${name}: ${isSecret(name, within) ? '"…"' : print(each, [within[0]!, name])}`),
    );
  }
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

const braced = (fields: readonly string[]) => (fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`);

/** A handler that compiles and answers with all that the reply needs, and one element in its lists. */
export function handlerCode({ protocol, area }: ProtocolCodec, c2s: unknown): string {
  const name = protocol.name.replaceAll("_", "");
  const entry = area === "core" ? "@tickwire/codec" : `@tickwire/codec/${area}`;
  const { fields = [] } = contentShape(protocol, "s2c") ?? {};
  // A flat message has the envelope's fields among its own.
  const reply = skeleton(protocol.flat === true ? fields.filter(({ name }) => name !== "retType") : fields, "", true);
  return [
    `import { ${name} } from ${JSON.stringify(entry)};`,
    "",
    `// Asked with ${printMessage(c2s, protocol.name)}`,
    `opend.on(${name}, () => (${reply}));`,
  ].join("\n");
}

function skeleton(shape: MessageShape["fields"], indent: string, withLists: boolean): string {
  const inner = `${indent}  `;
  const fields = shape
    .filter(({ isRequired, isList }) => isRequired || (isList && withLists))
    .map(({ name, isList, message, neutral }) => {
      const value = message === undefined ? print(neutral, []) : skeleton(message.fields, inner, false);
      return `${name}: ${isList ? `[${value}]` : value}`;
    });
  const line = braced(fields);
  if (indent.length + line.length <= MAX_LINE && !line.includes("\n")) return line;
  return ["{", ...fields.map((field) => `${inner}${field},`), `${indent}}`].join("\n");
}
