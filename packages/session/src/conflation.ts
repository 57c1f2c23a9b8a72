import { type Conflation, formatSymbol, type PushProtocol, type Security } from "@tickwire/codec";

/** The items of a push that carries a list of states, each with the key that says which older one it replaces. */
function itemsOf(conflation: Conflation, message: unknown): ReadonlyMap<string, unknown> {
  const list = (message as Record<string, unknown[]>)[conflation.list] ?? [];
  return new Map(
    list.map((item) => [formatSymbol((item as Record<string, Security>)[conflation.key] as Security), item]),
  );
}

/** How two messages of this push melt into one: the newest state of every item, in the order of their last change. */
export function mergerOf<S2C>(protocol: PushProtocol<S2C>): ((older: S2C, newer: S2C) => S2C) | undefined {
  const { conflation } = protocol;
  if (conflation === undefined) return undefined;
  return (older, newer) => {
    const items = new Map(itemsOf(conflation, older));
    for (const [key, item] of itemsOf(conflation, newer)) {
      items.delete(key);
      items.set(key, item);
    }
    return { ...newer, [conflation.list]: [...items.values()] };
  };
}

/** The part of a push that is about the given securities; undefined when none of it is. */
export function selectorOf<S2C>(
  protocol: PushProtocol<S2C>,
  wanted: ReadonlySet<string>,
): (message: S2C) => S2C | undefined {
  const { conflation } = protocol;
  if (conflation === undefined) return (message) => message;
  return (message) => {
    const items = itemsOf(conflation, message);
    const selected = [...items].filter(([key]) => wanted.has(key)).map(([, item]) => item);
    if (selected.length === 0) return undefined;
    return selected.length === items.size ? message : { ...message, [conflation.list]: selected };
  };
}
