import { within } from "./checks.ts";
import type { Encode, Writer } from "./writer.ts";

/**
 * Makes the `encodeX` of a message from a function that writes its fields, each by one call, in the order of their
 * numbers. Errors get the message's name and the field's.
 */
export function encoder<T extends object>(name: string, fields: Encode<T>): Encode<T> {
  return (w, message) => {
    const { tag, index } = w;
    w.index = -1;
    try {
      fields(w, message);
    } catch (error) {
      const located = within(error, name, namesOf(fields), w.tag, w.index);
      w.tag = tag;
      w.index = index;
      throw located;
    }
  };
}

/** The names of a message's fields by their tags: what it asks of a message whose every value is the field's name. */
function namesOf(fields: Encode<never>): Record<number, string> {
  const names: Record<number, string> = {};
  const note = (tag: number, name: string) => {
    names[tag] = name;
  };
  const writer = new Proxy({} as Writer, { get: () => note });
  fields(writer, new Proxy({} as never, { get: (_, name) => name }));
  return names;
}
