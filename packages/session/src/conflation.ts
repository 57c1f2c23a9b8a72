import { type Conflation, formatSymbol, type PushProtocol, type Security } from "@tickwire/codec";

type Fields = Readonly<Record<string, unknown>>;

/** The values of the named fields as one text. */
function keyOf(message: unknown, names: string | readonly string[] = []): string {
  const values = [names].flat().map((name) => (message as Fields)[name]);
  return values.map((value) => (isSecurity(value) ? `${value.market}.${value.code}` : String(value))).join("|");
}

function isSecurity(value: unknown): value is Security {
  return typeof value === "object" && value !== null && "market" in value && "code" in value;
}

/** What conflation makes of two messages that are about the same: the newest state of every item. */
function melt<S2C>({ list, key }: Conflation, older: S2C, newer: S2C): S2C {
  if (list === undefined) return newer;
  const items = new Map<string, unknown>();
  for (const item of [older, newer].flatMap((message) => (message as Record<string, unknown[]>)[list] ?? [])) {
    items.delete(keyOf(item, key));
    items.set(keyOf(item, key), item);
  }
  return { ...newer, [list]: [...items.values()] };
}

/** How messages of this push melt into fewer: the newest states, in the order of their last change. */
export function conflaterOf<S2C>(
  protocol: PushProtocol<S2C>,
): ((messages: readonly S2C[]) => readonly S2C[]) | undefined {
  const { conflation } = protocol;
  if (conflation === undefined) return undefined;
  const about = conflation.list === undefined ? conflation.key : conflation.within;
  return (messages) => {
    const molten = new Map<string, S2C>();
    for (const message of messages) {
      const key = keyOf(message, about);
      const older = molten.get(key);
      molten.delete(key);
      molten.set(key, older === undefined ? message : melt(conflation, older, message));
    }
    return [...molten.values()];
  };
}

/** The part of a push that is about the given securities; undefined when none of it is. */
export function selectorOf<S2C>(
  protocol: PushProtocol<S2C>,
  wanted: ReadonlySet<string>,
): (message: S2C) => S2C | undefined {
  const isWanted = ({ security }: Fields) => isSecurity(security) && wanted.has(formatSymbol(security));
  const { list, key } = protocol.conflation ?? {};
  return (message) => {
    const fields = message as Fields;
    if (list === undefined || key !== "security")
      return isSecurity(fields["security"]) && !isWanted(fields) ? undefined : message;
    const items = fields[list] as readonly Fields[];
    const selected = items.filter(isWanted);
    if (selected.length === 0) return undefined;
    return selected.length === items.length ? message : { ...message, [list]: selected };
  };
}
