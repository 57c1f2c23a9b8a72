let dragged: string | undefined;

/** A row is picked up. */
export function dragSymbol(event: DragEvent, symbol: string): void {
  dragged = symbol;
  event.dataTransfer?.setData("text/plain", symbol);
}

export function endDrag(): void {
  dragged = undefined;
}

/** What is being dragged over the page, if it is one of its rows: browsers hide the data until it is dropped. */
export const draggedSymbol = (): string | undefined => dragged;
