import { Help } from "commander";
import type { Column, Output } from "./output.ts";
import {
  enumOf,
  membersOf,
  PACKET_ID,
  type Schema,
  type SchemaField,
  type SchemaProtocol,
  shortName,
} from "./schema.ts";

/** How wide help is, in characters. */
export const HELP_WIDTH = 110;

interface Line {
  readonly depth: number;
  readonly field: SchemaField;
}

/** Everything below a message, a line for each field; a message inside of itself is not opened again. */
function* linesOf(schema: Schema, message: string, depth = 0, above: readonly string[] = []): Generator<Line> {
  for (const field of schema.messages[message]?.fields ?? []) {
    yield { depth, field };
    if (field.name !== PACKET_ID && field.type in schema.messages && !above.includes(field.type))
      yield* linesOf(schema, field.type, depth + 1, [...above, field.type]);
  }
}

const typeOf = (schema: Schema, field: SchemaField): string => shortName(enumOf(schema, field) ?? field.type);

/** What `tickwire request <Protocol> --help` shows. */
export function showProtocol(output: Output, schema: Schema, protocol: SchemaProtocol): void {
  const { id, name, kind, about, request, response, limit } = protocol;
  output.line(`${output.paint("bold", name)} (${id}), ${kind === "push" ? "a push" : "a request"}`);
  output.line(wrapped(about, 0));
  // Some of the texts have it.
  if (limit !== undefined && !/at most \d+ requests/i.test(about))
    output.line(`At most ${limit.requests} in ${limit.windowMs / 1000} s.`);
  if (request !== undefined) {
    showMessage(output, schema, "What is asked", request);
    output.line(`\n${output.paint("bold", "Example")}`);
    output.line(`  tickwire request ${name} '${JSON.stringify(exampleOf(schema, request))}'`);
  }
  showMessage(output, schema, kind === "push" ? "What comes" : "What is answered", response);
  showEnums(output, schema, [request ?? "", response]);
}

/** Further lines begin below the first. */
const wrapped = (text: string, indent: number): string =>
  new Help().boxWrap(text, HELP_WIDTH - indent).replaceAll("\n", `\n${" ".repeat(indent)}`);

function showMessage(output: Output, schema: Schema, title: string, message: string): void {
  const lines = [...linesOf(schema, message)];
  output.line(`\n${output.paint("bold", title)}${lines.length === 0 ? ": nothing" : ""}`);
  if (lines.length === 0) return;
  const columns: Column<Line>[] = [
    { title: "field", text: ({ depth, field }) => `${"  ".repeat(depth + 1)}${field.name}` },
    { title: "type", text: ({ field }) => `${typeOf(schema, field)}${field.label === "repeated" ? "[]" : ""}` },
    {
      title: "",
      text: ({ field }) => (field.name === PACKET_ID ? "filled in" : field.label === "required" ? "required" : ""),
      style: () => "yellow",
    },
    { title: "", text: ({ field }) => field.about ?? schema.messages[field.type]?.about ?? "", style: () => "dim" },
  ];
  output.line(output.tableText(columns, lines).split("\n").slice(1).join("\n"));
}

function showEnums(output: Output, schema: Schema, messages: readonly string[]): void {
  const fields = messages.flatMap((message) => [...linesOf(schema, message)].map(({ field }) => field));
  const names = [...new Set(fields.flatMap((field) => enumOf(schema, field) ?? []))].filter(
    (name) => !name.endsWith(".RetType"),
  );
  if (names.length === 0) return;
  output.line(`\n${output.paint("bold", "Values")} (a name may stand for its number)`);
  for (const name of names) {
    const members = membersOf(schema, name).map((member) => `${member.name} ${member.number}`);
    const title = shortName(name);
    output.line(`  ${output.paint("bold", title)}  ${wrapped(members.join(", "), title.length + 4)}`);
  }
}

/** The smallest content that can be sent. */
function exampleOf(schema: Schema, message: string): object {
  const fields = (schema.messages[message]?.fields ?? []).filter(
    ({ name, label }) => label === "required" && name !== PACKET_ID,
  );
  const list = (schema.messages[message]?.fields ?? []).filter(
    ({ label, type }) => label === "repeated" && type === "Qot_Common.Security",
  );
  return Object.fromEntries(
    [...fields, ...list].map((field) => {
      const value = exampleValue(schema, field);
      return [field.name, field.label === "repeated" ? [value] : value];
    }),
  );
}

function exampleValue(schema: Schema, field: SchemaField): unknown {
  const type = enumOf(schema, field);
  if (type !== undefined) return membersOf(schema, type).find(({ name }) => !/^(unknown?|none)$/i.test(name))?.name;
  if (field.type === "Qot_Common.Security") return "HK.00700";
  if (field.type in schema.messages) return exampleOf(schema, field.type);
  if (field.type === "string") return /time/i.test(field.name) ? "2026-01-05" : "…";
  if (field.type === "bool") return false;
  return field.type.endsWith("64") ? "0" : 1;
}

/** What of the schema is about one protocol, for programs. */
export function partOf(schema: Schema, protocol: SchemaProtocol): object {
  const roots = [protocol.request, protocol.response].filter((name) => name !== undefined);
  const fields = roots.flatMap((message) => [...linesOf(schema, message)].map(({ field }) => field));
  const messages = new Set([...roots, ...fields.map(({ type }) => type).filter((type) => type in schema.messages)]);
  const enums = new Set(fields.flatMap((field) => enumOf(schema, field) ?? []));
  const pick = <T>(all: Readonly<Record<string, T>>, names: Iterable<string>) =>
    Object.fromEntries([...names].map((name) => [name, all[name]]));
  return { ...protocol, messages: pick(schema.messages, messages), enums: pick(schema.enums, enums) };
}
