// What OpenD counts against its limits. The conditions are functions in the descriptors rather than facts, so that a
// bundle without such protocols has none of them.
import type { ReferenceType } from "../gen/opend/Qot_GetReference.ts";
import type { TrdHeader } from "../gen/opend/Trd_Common.ts";
import type { RequestProtocol } from "./protocol.ts";

const WARRANT: typeof ReferenceType.Warrant = 1;

/**
 * The name of the count that a request adds to, in OpenD and in whoever keeps its limits: that of the protocol or of the
 * bucket that it shares with others, and the account where each has its own. Undefined when nothing limits the request:
 * the protocol has no limit, or does not count such requests. `c2s` is the content that `encodeRequest` takes; what that
 * refuses may throw a TypeError here.
 */
export function limitKey(
  { name, limit }: Pick<RequestProtocol<never, unknown>, "name" | "limit">,
  c2s: unknown,
): string | undefined {
  if (limit === undefined || limit.when?.(c2s as never) === false) return undefined;
  const key = limit.bucket ?? name;
  if (limit.per !== "account") return key;
  // The manifest's test sees to it that each of these protocols has it.
  const { trdEnv, accID } = (c2s as { readonly header: TrdHeader }).header;
  return `${key} ${trdEnv} ${accID}`;
}

/** Counts what goes to the server; the rest is answered from OpenD's cache. */
export const refreshCache = (c2s: { readonly refreshCache?: boolean | undefined }): boolean =>
  c2s.refreshCache === true;

/** Counts the first page; a request for a further one brings the key that the page before it gave. */
export const firstPage = (c2s: { readonly nextReqKey?: Uint8Array | undefined }): boolean =>
  (c2s.nextReqKey?.length ?? 0) === 0;

/** Counts the references of any kind but warrants. */
export const notWarrant = (c2s: { readonly referenceType: number }): boolean => c2s.referenceType !== WARRANT;
