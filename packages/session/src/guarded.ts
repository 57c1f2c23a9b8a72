/** Calls what the user gave: what it throws, or rejects with when it is asynchronous, goes to `onError`. */
export function guarded(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call() as PromiseLike<unknown> | undefined | null;
    // Awaited for its rejection only, so that a slow callback holds up nobody.
    if (typeof result?.then === "function") Promise.resolve(result).catch(onError);
  } catch (error) {
    onError(error);
  }
}
