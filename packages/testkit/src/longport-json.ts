/** What a body of JSON holds. A whole number that a `number` cannot hold exactly is a `bigint`. */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
    return /^-?\d+$/.test(context?.source ?? "") ? BigInt(context!.source!) : value;
  });
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
