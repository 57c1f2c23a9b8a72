import { brand, TickwireError, type TickwireErrorInit } from "@tickwire/codec";

/**
 * Codes of {@link WatchlistError}.
 * - `WATCHLIST_INVALID_ARGUMENT`: an argument is wrong; the message names it. Nothing was sent.
 * - `WATCHLIST_UNSUPPORTED`: the broker cannot have this security; the message says why. Nothing was sent.
 * - `WATCHLIST_NO_GROUP`: there is no such group.
 * - `WATCHLIST_SHADOWED`: another group of the same name stands before this one, and the broker goes by names.
 * - `WATCHLIST_READ_ONLY`: the group is the broker's own and cannot be changed.
 * - `WATCHLIST_CANNOT`: the broker has no such call; the message says what to do instead.
 * - `WATCHLIST_CHANGED`: the group has changed meanwhile; read it again.
 * - `WATCHLIST_FULL`: the broker's limit of securities is reached.
 * - `WATCHLIST_REFUSED`: the broker refused for another reason, perhaps because of one of the securities; see the `cause`.
 * - `WATCHLIST_FAILED`: the call to the broker failed; the `cause` is the client's own error. After a write look at `outcome`.
 * - `WATCHLIST_ABORTED`: the caller's signal aborted; its reason is the `cause`.
 * - `WATCHLIST_BAD_FILE`: a text to import cannot be read; the message says where.
 */
export type WatchlistErrorCode =
  | "WATCHLIST_INVALID_ARGUMENT"
  | "WATCHLIST_UNSUPPORTED"
  | "WATCHLIST_NO_GROUP"
  | "WATCHLIST_SHADOWED"
  | "WATCHLIST_READ_ONLY"
  | "WATCHLIST_CANNOT"
  | "WATCHLIST_CHANGED"
  | "WATCHLIST_FULL"
  | "WATCHLIST_REFUSED"
  | "WATCHLIST_FAILED"
  | "WATCHLIST_ABORTED"
  | "WATCHLIST_BAD_FILE";

/** Every error of this package. Decide by `code`, and after a failed write by `outcome`. */
export class WatchlistError extends TickwireError {
  override readonly name = "WatchlistError";
  declare readonly code: WatchlistErrorCode;

  constructor(code: WatchlistErrorCode, message: string, init: TickwireErrorInit = {}) {
    super(code, message, init);
  }

  static {
    brand(WatchlistError, "WatchlistError");
  }
}

/** The error for an argument that is wrong. */
export const invalidArgument = (message: string): WatchlistError =>
  new WatchlistError("WATCHLIST_INVALID_ARGUMENT", message);

/**
 * The same failure in this package's words; the client's own error stays as the cause. What is no Tickwire error is a
 * mistake in a program, and comes back as it is.
 * @param codeOf Knows the broker's refusals.
 */
export function brokerFailure(
  what: string,
  error: unknown,
  codeOf: (error: TickwireError) => WatchlistErrorCode | undefined,
): unknown {
  if (!(error instanceof TickwireError) || error instanceof WatchlistError) return error;
  const { outcome, retryable } = error;
  const code = error.code.endsWith("_ABORTED") ? "WATCHLIST_ABORTED" : (codeOf(error) ?? "WATCHLIST_FAILED");
  const cause = code === "WATCHLIST_ABORTED" ? error.cause : error;
  return new WatchlistError(code, `${what}: ${error.message}`, { outcome, retryable, cause });
}

/** Waits for a broker's client, and rejects with {@link brokerFailure} when it fails. */
export const telling =
  (codeOf: (error: TickwireError) => WatchlistErrorCode | undefined) =>
  async <T>(what: string, call: Promise<T>): Promise<T> => {
    try {
      return await call;
    } catch (error) {
      throw brokerFailure(what, error, codeOf);
    }
  };

/** A watchlist, or a quote source, of somebody's own may reject with anything; then nothing is known of the outcome. */
export const asWatchlistError = (error: unknown): WatchlistError =>
  error instanceof WatchlistError
    ? error
    : new WatchlistError("WATCHLIST_FAILED", String(error), { outcome: "unknown", cause: error });
