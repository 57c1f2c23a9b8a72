import { store } from "../store.ts";
import { Icon } from "./icons.tsx";

/** The button that had the focus goes away; so the focus goes back to the table, or where something can be added to an empty one. */
const leave = () =>
  (document.querySelector<HTMLElement>(".pick") ?? document.querySelector<HTMLElement>(".add input"))?.focus();

/** What has just happened, with the way back. It stays until it is closed or the next thing happens. */
export function NoticeBar() {
  const notice = store.notice.value;
  return (
    <div class="notices">
      {notice && (
        <div class="notice" data-kind={notice.kind}>
          <p>{notice.text}</p>
          {notice.undo && (
            <button
              type="button"
              class="undo"
              onClick={() => {
                leave();
                void store.undo();
              }}
            >
              Undo
            </button>
          )}
          <button
            type="button"
            class="quiet"
            aria-label="Close this message"
            onClick={() => {
              leave();
              store.notice.value = undefined;
            }}
          >
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}
