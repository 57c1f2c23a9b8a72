/** Turns of the event loop in which anything that waits for no timer has moved on. */
const IDLE_TURNS = 10;
const nothing = new Uint8Array(0);

/**
 * Lets the time of a virtual clock pass, 100 milliseconds at once and only when nothing else moves, until the promise has
 * settled.
 */
export async function passing<T>(clock: { advance(ms: number): Promise<void> }, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  promise.then(end, end);
  for (let turn = 1; !isOver; turn++) {
    // Signing, and reading files and modules, takes real time on threads of the runtime: what was begun there before this is
    // done with it.
    await crypto.subtle.digest("SHA-1", nothing);
    await clock.advance(turn % IDLE_TURNS === 0 ? 100 : 0);
  }
  return promise;
}
