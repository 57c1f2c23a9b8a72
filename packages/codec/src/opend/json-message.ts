import { list, object, within } from "../wire/checks.ts";
import type { Reader } from "../wire/reader.ts";
import { skip } from "../wire/skip.ts";
import type { Writer } from "../wire/writer.ts";
import type { JsonMessage } from "./json-table.ts";

/**
 * Writes a JSON object as the protobuf message that it stands for. Fields are found by the wire's name or by its camel
 * case; null is an absent one, and what the schema does not know is left out. Whether all required ones are there is seen
 * by who reads the result.
 * @throws {CodecError} `CODEC_INVALID_VALUE` with the path of the field.
 */
export function writeMessage(w: Writer, message: JsonMessage, json: unknown): void {
  const values = object(json as Record<string, unknown>);
  for (const { name, jsonName, tag, isList, type } of message.fields.values()) {
    const value = values[name] ?? values[jsonName];
    if (value === undefined || value === null) continue;
    let index = -1;
    try {
      for (const item of isList ? list(value as unknown[]) : [value]) {
        if (isList) index += 1;
        if (!("fields" in type)) {
          type.write(w, tag, item);
          continue;
        }
        const start = w.fork(tag);
        writeMessage(w, type, item);
        w.join(start);
      }
    } catch (error) {
      throw within(error, message.name, { [tag]: name }, tag, index);
    }
  }
}

/** Reads a message that our own encoder has written, into an object with the fields that are there. */
export function readMessage(r: Reader, end: number, message: JsonMessage): object {
  const values: Record<string, unknown> = {};
  while (r.pos < end) {
    const tag = r.readTag(end);
    const field = message.fields.get(tag);
    if (field === undefined) {
      skip(r, tag, end);
      continue;
    }
    const { name, isList, type } = field;
    const value = "fields" in type ? readMessage(r, r.length(end), type) : type.read(r, end);
    if (!isList) values[name] = value;
    else if (Array.isArray(values[name])) values[name].push(value);
    else values[name] = [value];
  }
  return values;
}
