import type { Schema } from "@bufbuild/protoplugin";
import { byNumber, isRequired } from "./fields.ts";
import { messagesOf } from "./names.ts";

/**
 * Prints which fields are required, for tools that complete messages. A line is a message, in the order of the table for
 * JSON: the numbers of its required fields.
 */
export function generateRequired(schema: Schema<object>): void {
  const f = schema.generateFile("required.ts");
  const lines = schema.files.flatMap(messagesOf).map((message) =>
    byNumber(message)
      .filter(isRequired)
      .map(({ number }) => number)
      .join(" "),
  );
  f.print("export const required: string = `", lines.join("\n"), "`;");
}
