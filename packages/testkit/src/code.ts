// Values and handlers as the TypeScript that a test may have in its source.
import { contentShape, type MessageShape, type ProtocolCodec } from "@tickwire/codec/registry";

/** Longer values are cut. */
const MAX_CHARACTERS = 2000;
/** A line of an object that is longer is broken up. */
const MAX_LINE = 100;
/** Fields that may open an account, such as the `pwdMD5` of Trd_UnlockTrade. */
const SECRET = /pwd|passw|secret|token|key$/i;

/** A decoded message in one line, without what is absent and without secrets. */
export function printMessage(message: unknown): string {
  const text = print(message);
  return text.length <= MAX_CHARACTERS ? text : `${text.slice(0, MAX_CHARACTERS)} …`;
}

function print(value: unknown): string {
  if (value instanceof Uint8Array) return `new Uint8Array([${value.join(", ")}])`;
  if (Array.isArray(value)) return `[${value.map(print).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).filter(([, each]) => each !== undefined);
    return braced(fields.map(([name, each]) => `${name}: ${SECRET.test(name) ? '"…"' : print(each)}`));
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
    `// Asked with ${printMessage(c2s)}`,
    `opend.on(${name}, () => (${reply}));`,
  ].join("\n");
}

function skeleton(shape: MessageShape["fields"], indent: string, withLists: boolean): string {
  const inner = `${indent}  `;
  const fields = shape
    .filter(({ isRequired, isList }) => isRequired || (isList && withLists))
    .map(({ name, isList, message, neutral }) => {
      const value = message === undefined ? print(neutral) : skeleton(message.fields, inner, false);
      return `${name}: ${isList ? `[${value}]` : value}`;
    });
  const line = braced(fields);
  if (indent.length + line.length <= MAX_LINE && !line.includes("\n")) return line;
  return ["{", ...fields.map((field) => `${inner}${field},`), `${indent}}`].join("\n");
}
