/**
 * The other protocols of which a bundle carries something: their name as a text of its own (a descriptor) or at the start
 * of a message's full name (the wire code's error messages).
 */
export function foreignProtocols(code: string, all: Iterable<string>, own: string): string[] {
  const texts = new Set([...code.matchAll(/["'`]([A-Z][A-Za-z]*(?:_[A-Za-z]+)?)(?=["'`.])/g)].map(([, name]) => name));
  return [...all].filter((name) => name !== own && texts.has(name));
}
