import { useSignal } from "@preact/signals";
import type { Group } from "@tickwire/watchlist";
import { draggedSymbol } from "../drag.ts";
import { languageOf } from "../format.ts";
import { store } from "../store.ts";
import { Icon } from "./icons.tsx";

export function Groups() {
  const groups = store.groups.value;
  return (
    <nav class="groups" aria-label="Groups">
      <GroupList title="My groups" groups={groups.filter((group) => !group.isReadOnly)} />
      <GroupList title="By the broker" groups={groups.filter((group) => group.isReadOnly)} />
    </nav>
  );
}

function GroupList({ title, groups }: { readonly title: string; readonly groups: readonly Group[] }) {
  if (groups.length === 0) return null;
  return (
    <>
      <h2>{title}</h2>
      <ul>
        {groups.map((group) => (
          <li key={group.id}>
            <GroupButton group={group} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** Shows its group; a row that is dropped on it goes there. */
function GroupButton({ group }: { readonly group: Group }) {
  const isOver = useSignal(false);
  const isCurrent = store.group.value?.id === group.id;
  const takes = () => !group.isReadOnly && !isCurrent && draggedSymbol() !== undefined;
  return (
    <button
      type="button"
      aria-current={isCurrent ? "true" : undefined}
      data-over={isOver.value}
      lang={languageOf(group.name)}
      disabled={group.isShadowed}
      title={group.isShadowed ? "Another group has the same name, and OpenD knows only that one" : undefined}
      onClick={() => store.select(group)}
      onDragOver={(event) => {
        isOver.value = takes();
        if (isOver.value) event.preventDefault();
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        const symbol = draggedSymbol();
        if (symbol !== undefined) void store.attempt(store.put(symbol, group));
      }}
    >
      <span>{group.name}</span>
      {group.isReadOnly && <Icon name="lock" />}
    </button>
  );
}
