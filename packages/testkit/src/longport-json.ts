/** What a body of JSON holds. A whole number that a `number` cannot hold exactly is a `bigint`. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    return /^-?\d+$/.test(context?.source ?? "") ? BigInt(context!.source!) : value;
  });
}

/** The JSON of what {@link parseExactJson} gives: a `bigint` becomes a number again. */
export function writeExactJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(writeExactJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${fields.map(([key, item]) => `${JSON.stringify(key)}:${writeExactJson(item)}`).join(",")}}`;
}

/** A body for the history: its JSON, or its text when it is none; undefined when it is empty. */
export function readBody(body: Uint8Array): unknown {
  if (body.length === 0) return undefined;
  const text = new TextDecoder().decode(body);
  try {
    return parseExactJson(text);
  } catch {
    return text;
  }
}
