import type { Fact } from "./facts.ts";

type Facts = ReadonlyMap<string, Fact>;

/** How another schema differs from ours: one line each, in the order of the full names. */
export interface Drift {
  readonly lines: readonly string[];
  /** What the other schema has and ours has not; something new counts once, not all that stands in it too. */
  readonly added: number;
  /** What ours has and the other schema has not. */
  readonly removed: number;
  readonly changed: number;
}

/** Compares our schema with another one. */
export function driftOf(ours: Facts, theirs: Facts): Drift {
  const added = missingFrom(ours, theirs);
  const removed = missingFrom(theirs, ours);
  const entries: { path: string; line: string }[] = [];
  const enter = (path: string, line: string) => entries.push({ path, line });

  for (const [path, fact] of ours) {
    const other = theirs.get(path);
    if (other !== undefined && (other.kind !== fact.kind || other.declaration !== fact.declaration))
      enter(path, `~ ${described(fact)} → ${other.kind === fact.kind ? other.declaration : described(other)}`);
  }
  for (const fact of [...removed]) {
    const renamed = [...added].find((other) => isRenamed(fact, other));
    if (renamed === undefined) continue;
    removed.delete(fact);
    added.delete(renamed);
    enter(fact.path, `~ ${described(fact)} → ${described(renamed).replace(`${renamed.kind} ${renamed.owner}.`, "")}`);
  }
  const changed = entries.length;
  for (const fact of added) enter(fact.path, `+ ${described(fact)}${contentOf(fact, theirs)}`);
  for (const fact of removed) enter(fact.path, `- ${described(fact)}${contentOf(fact, ours)}`);

  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { lines: entries.map(({ line }) => line), added: added.size, removed: removed.size, changed };
}

/** What only the second schema has, without what stands in something that only it has. */
function missingFrom(some: Facts, others: Facts): Set<Fact> {
  const missing = [...others.values()].filter(({ path }) => !some.has(path));
  return new Set(missing.filter(({ owner }) => owner === "" || some.has(owner)));
}

/** Whether one field or value became the other: on the wire, the number is the name. */
const isRenamed = (one: Fact, other: Fact): boolean =>
  one.number !== undefined && one.number === other.number && one.kind === other.kind && one.owner === other.owner;

function described({ kind, path, declaration }: Fact): string {
  if (declaration === "") return `${kind} ${path}`;
  return `${kind} ${path}${kind === "field" ? ":" : ""} ${declaration}`;
}

/** How much stands directly in something that is new or gone. */
function contentOf(fact: Fact, facts: Facts): string {
  if (fact.number !== undefined) return "";
  const counts = new Map<string, number>();
  for (const { owner, kind } of facts.values()) if (owner === fact.path) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? "" : "s"}`);
  return parts.length > 0 ? ` (${parts.join(", ")})` : "";
}
