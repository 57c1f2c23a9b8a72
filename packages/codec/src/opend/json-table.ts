// The schema as data, for JSON bodies: what the generator has put into three texts, read line by line when it is asked for.
import { enums, messages, protocols } from "../gen/json-table.ts";
import { enumScalar, type JsonScalar, scalars } from "./json-scalar.ts";

export interface JsonField {
  /** As on the wire. */
  readonly name: string;
  /** As protobuf's own JSON printers name it unless told otherwise: in camel case. */
  readonly jsonName: string;
  /** With which its values are written: of a list, each of them. */
  readonly tag: number;
  readonly isList: boolean;
  readonly type: JsonScalar | JsonMessage;
}

export interface JsonMessage {
  /** Full name, for example `Qot_Common.Security`. */
  readonly name: string;
  /** In the order of their numbers, by tag. */
  readonly fields: ReadonlyMap<number, JsonField>;
}

/** A message travels behind its length. */
const LENGTH = 2;

let tables: ReturnType<typeof read> | undefined;
const read = () => ({
  messages: messages.split("\n"),
  enums: enums.split("\n"),
  protocols: new Map(protocols.split(" ").map((text) => text.split(":") as [string, string])),
  known: new Map<number, JsonMessage>(),
});

/** The message that is the body of a request, or of a reply or push; undefined when there is none. */
export function bodyMessage(protoId: number, side: "request" | "response"): JsonMessage | undefined {
  tables ??= read();
  const line = tables.protocols.get(String(protoId))?.split(",")[side === "request" ? 0 : 1];
  return line === undefined || line === "" ? undefined : messageAt(tables, Number(line));
}

type Tables = NonNullable<typeof tables>;

function messageAt(all: Tables, line: number): JsonMessage {
  const found = all.known.get(line);
  if (found !== undefined) return found;
  const [name = "", ...fields] = (all.messages[line] ?? "").split(" ");
  const message = {
    name,
    fields: new Map(fields.map((text) => readField(all, text)).map((field) => [field.tag, field])),
  };
  all.known.set(line, message);
  return message;
}

/** `name:number` and type, and `*` for a list. */
function readField(all: Tables, text: string): JsonField {
  const [, name = "", number, letter = "", line, star] = /^(\w+):(\d+)([a-zA-Z])(\d*)(\*?)$/.exec(text) ?? [];
  const type =
    letter === "m"
      ? messageAt(all, Number(line))
      : letter === "e"
        ? enumScalar(membersOf(all.enums[Number(line)] ?? ""))
        : (scalars[letter] as JsonScalar);
  const wireType = "fields" in type ? LENGTH : type.wireType;
  const jsonName = name.replace(/_(\w)/g, (_, next: string) => next.toUpperCase());
  return { name, jsonName, tag: (Number(number) << 3) | wireType, isList: star === "*", type };
}

const membersOf = (line: string) =>
  new Map(line.split(" ").map((member) => [member.split("=")[0], Number(member.split("=")[1])]));
