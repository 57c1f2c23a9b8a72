// What push descriptors know of their messages. Functions in the descriptors rather than facts, so that a bundle without
// pushes has none of it.
import type { Security } from "../gen/opend/Qot_Common.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Which pushes a newer one makes worthless. The state is the push itself, or each item of a `list` of it; a newer state
 * replaces the older one that is equal in the fields of `key`. With `within`, that holds only between pushes that are
 * equal in those fields of theirs.
 */
interface Conflation {
  readonly list?: string;
  readonly key: string | readonly string[];
  readonly within?: string | readonly string[];
}

/** The `conflate` of a push descriptor. */
export function conflateBy<S2C>({ list, key, within }: Conflation): (messages: readonly S2C[]) => readonly S2C[] {
  return (messages) => {
    const states = new Map<string, { newest: S2C; readonly items: Map<string, unknown> }>();
    for (const message of messages) {
      const about = keyOf(message, list === undefined ? key : within);
      const items = states.get(about)?.items ?? new Map<string, unknown>();
      for (const item of list === undefined ? [] : ((message as Record<string, unknown[]>)[list] ?? [])) {
        const itemKey = keyOf(item, key);
        items.delete(itemKey);
        items.set(itemKey, item);
      }
      states.delete(about);
      states.set(about, { newest: message, items });
    }
    return [...states.values()].map(({ newest, items }) =>
      list === undefined ? newest : { ...newest, [list]: [...items.values()] },
    );
  };
}

/** The values of the named fields as one text. */
function keyOf(message: unknown, names: string | readonly string[] = []): string {
  const values = [names].flat().map((name) => (message as Fields)[name]);
  return values.map((value) => (isSecurity(value) ? `${value.market}.${value.code}` : String(value))).join("|");
}

function isSecurity(value: unknown): value is Security {
  return typeof value === "object" && value !== null && "market" in value && "code" in value;
}

/** The `select` of a descriptor whose pushes are about one security each. */
export function selectWhole<S2C extends { readonly security: Security }>(
  message: S2C,
  isWanted: (security: Security) => boolean,
): S2C | undefined {
  return isWanted(message.security) ? message : undefined;
}

/** The `select` of a descriptor whose pushes have a list with a security in each item. */
export function selectItems<S2C>(
  list: keyof S2C & string,
): (message: S2C, isWanted: (security: Security) => boolean) => S2C | undefined {
  return (message, isWanted) => {
    const items = message[list] as readonly { readonly security: Security }[];
    const selected = items.filter(({ security }) => isWanted(security));
    if (selected.length === 0) return undefined;
    return selected.length === items.length ? message : { ...message, [list]: selected };
  };
}
