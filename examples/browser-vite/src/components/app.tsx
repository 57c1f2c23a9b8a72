import { useSignal } from "@preact/signals";
import { store } from "../store.ts";
import { AddBox } from "./add-box.tsx";
import { Announcer } from "./announcer.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { GatewayPanel } from "./gateway-panel.tsx";
import { Groups } from "./groups.tsx";
import { Header } from "./header.tsx";
import { Icon } from "./icons.tsx";
import { NoticeBar } from "./notice-bar.tsx";
import { QuotesTable } from "./quotes-table.tsx";

export function App() {
  const isConnectOpen = useSignal(false);
  const filter = useSignal("");
  const group = store.group.value;
  const items = store.items.value;
  return (
    <>
      <Header onConnect={() => (isConnectOpen.value = true)} />
      <div class="columns">
        <aside>
          <Groups />
          <GatewayPanel />
        </aside>
        <main>
          <ConnectionBanner onConnect={() => (isConnectOpen.value = true)} />
          <div class="toolbar">
            <h1 id="group-title">
              {group?.name ?? "Watchlist"} {items && <span class="count">{items.length}</span>}
            </h1>
            <label class="field search">
              <Icon name="search" />
              <span class="hidden">Filter this group</span>
              <input
                type="search"
                placeholder="Filter"
                value={filter}
                onInput={(event) => (filter.value = event.currentTarget.value)}
              />
            </label>
            <AddBox key={group?.id} isReadOnly={group?.isReadOnly ?? true} />
          </div>
          <QuotesTable filter={filter} />
        </main>
      </div>
      <NoticeBar />
      <Announcer />
      <ConnectDialog isOpen={isConnectOpen} />
    </>
  );
}
