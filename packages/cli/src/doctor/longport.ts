import { QueryUserQuoteProfile } from "@tickwire/codec/longport";
import type { LongPort, LongPortError, QuoteClient } from "@tickwire/longport";
import type { LongPortSettings } from "../config.ts";
import type { Context } from "../context.ts";
import { shown } from "../errors.ts";
import { type Check, type Checks, failed, ok, skipped, warning } from "./check.ts";
import { clockCheck, fileChecks, LOOK_MS, reachCheck } from "./shared.ts";

const DAY_MS = 86_400_000;
/** With fewer days left, the token is better renewed now. */
const SOON_DAYS = 7;

/** Why LongPort cannot be used, or that it can. */
export async function* checkLongPort(context: Context): Checks {
  const { connect, settings, signal, clock } = context;
  let asked: URL | undefined;
  let serverDate: string | undefined;
  // The server's clock stands in every reply, also in a refusal.
  const fetch: typeof globalThis.fetch = async (url, init) => {
    asked ??= new URL(String(url));
    const response = await globalThis.fetch(url, init);
    serverDate ??= response.headers.get("date") ?? undefined;
    return response;
  };
  let lp: LongPort;
  try {
    lp = connect.longport(settings.longport, LOOK_MS, fetch);
  } catch (error) {
    const { message, fix } = shown(error);
    return yield failed("keys", message, fix);
  }
  yield keysCheck(settings.longport, settings.configFile);
  yield* fileChecks(context);
  yield* tokenCheck(settings.longport, clock.unixMs());

  const listed = await watchlistCheck(lp, signal);
  if (asked !== undefined) {
    const network = await networkCheck(context, asked, serverDate !== undefined);
    yield network;
    if (network.state === "failed") return;
  }
  if (serverDate !== undefined) yield clockCheck(Date.parse(serverDate), clock.unixMs(), "signatures may be refused");
  yield listed;
  if (listed.state === "failed") return;
  yield* quoteChecks(context, lp);
}

async function networkCheck(
  context: Context,
  { protocol, hostname, port, host }: URL,
  hasAnswered: boolean,
): Promise<Check> {
  if (hasAnswered) return ok("network", `${host} answers`);
  const place = { host: hostname, port: Number(port || (protocol === "https:" ? 443 : 80)) };
  return reachCheck(context, place, () => "is there a network, and the right region (LONGPORT_REGION)?");
}

function keysCheck({ bearerToken, httpUrl, region }: LongPortSettings, configFile: string | undefined): Check {
  const keys = bearerToken === undefined ? "app key, app secret and access token are set" : "an OAuth token is set";
  const more = [
    ...(httpUrl === undefined ? [] : [httpUrl]),
    ...(region === undefined ? [] : [`region ${region}`]),
    ...(configFile === undefined ? [] : [`from ${configFile}`]),
  ];
  return ok("keys", [keys, ...more].join(", "));
}

/** The access token of LongPort's developer centre is a JSON Web Token, which tells when it ends. */
function* tokenCheck({ bearerToken, accessToken = "" }: LongPortSettings, nowMs: number): Generator<Check> {
  const [, payload = ""] = (bearerToken ?? accessToken).split(".");
  let expiresMs: number;
  try {
    expiresMs = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")).exp * 1000;
  } catch {
    return;
  }
  if (!Number.isFinite(expiresMs)) return;
  const days = Math.floor((expiresMs - nowMs) / DAY_MS);
  const date = new Date(expiresMs).toISOString().slice(0, 10);
  const fix = "get a new one in LongPort's developer centre";
  if (days < 0) yield failed("token", `the access token has expired on ${date}`, fix);
  else if (days < SOON_DAYS) yield warning("token", `the access token expires on ${date}`, fix);
  else yield ok("token", `the access token is valid until ${date}`);
}

async function watchlistCheck(lp: LongPort, signal: AbortSignal): Promise<Check> {
  try {
    const groups = await lp.watchlist.list({ signal });
    return ok("watchlist", `the keys are accepted; ${groups.length} groups`);
  } catch (error) {
    const { code, cause, serverCode } = error as LongPortError;
    const { message } = shown(error);
    if (code === "LONGPORT_NETWORK")
      return failed("watchlist", `${message}${tlsReason(cause)}`, "is a proxy between, or another certificate?");
    return failed("watchlist", message, code === "LONGPORT_AUTH" ? authFix(serverCode) : "try again later");
  }
}

/** What to do about a refusal of the keys. */
function authFix(serverCode = 0): string {
  if (Math.floor(serverCode / 1000) === 401)
    return "get a new access token in LongPort's developer centre, and set LONGPORT_ACCESS_TOKEN to it";
  if (serverCode === 403201)
    return "set LONGPORT_APP_SECRET to the secret that belongs to LONGPORT_APP_KEY; look at the clock above, too";
  if (serverCode === 403203) return "set LONGPORT_APP_KEY, and LONGPORT_REGION where the account is in mainland China";
  if (serverCode === 403205) return "allow this computer's IP address in LongPort's developer centre";
  return "give the app the right to the watchlist in LongPort's developer centre";
}

function tlsReason(cause: unknown): string {
  const { code } = ((cause as Error | undefined)?.cause ?? {}) as NodeJS.ErrnoException;
  return code === undefined ? "" : ` (${code})`;
}

async function* quoteChecks({ connect, settings, signal }: Context, lp: LongPort): Checks {
  let quotes: QuoteClient;
  try {
    quotes = await connect.quotes(lp, settings.longport, signal);
  } catch (error) {
    const { code } = error as LongPortError;
    const fix =
      code === "LONGPORT_CONNECTION_LIMIT"
        ? "end another program that has a quote connection"
        : code === "LONGPORT_AUTH"
          ? "give the app the right to quotes in LongPort's developer centre"
          : "does a proxy let WebSockets through?";
    return yield failed("quote socket", shown(error).message, fix);
  }
  try {
    const status = quotes.status();
    const places =
      status.state === "ready" && status.limit > 0 ? `, ${status.online} of ${status.limit} connections in use` : "";
    yield ok("quote socket", `logged in${places}`);
    try {
      const profile = await quotes.request(QueryUserQuoteProfile, { language: "en" }, { signal, timeoutMs: LOOK_MS });
      yield ok(
        "quotes",
        `level ${profile.quoteLevel || "not told"}, ${profile.subscribeLimit} symbols may be subscribed`,
      );
    } catch (error) {
      yield skipped("quotes", `LongPort does not tell: ${shown(error).message}`);
    }
  } finally {
    await quotes.close();
  }
}
