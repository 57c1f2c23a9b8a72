import { type Clock, TickwireError } from "@tickwire/session";
import { systemClock } from "@tickwire/session/parts";
import { assertNone, type CleanProblem, clockProblems, counted, faultProblems } from "./clean.ts";
import { FakeLongPortSocket, type LongPortSocketOptions } from "./fake-longport-socket.ts";
import { FakeWebSocket } from "./fake-web-socket.ts";
import { type AuthMode, Gate, TOKEN_LIFE_MS } from "./longport-auth.ts";
import { type LongPortFault, LongPortFaults } from "./longport-faults.ts";
import type { LongPortFixture } from "./longport-fixture.ts";
import { defaultLongPortFixture } from "./longport-fixtures.ts";
import { LongPortRequestHistory } from "./longport-history.ts";
import {
  corsHeaders,
  type HttpCall,
  type HttpReply,
  invalid,
  MAX_BODY_BYTES,
  preflight,
  type Refusal,
  refusal,
  toResponse,
} from "./longport-http.ts";
import { readBody } from "./longport-json.ts";
import { type LongPortOperation, type Outcome, routeOf, runOperation } from "./longport-operations.ts";
import { type AnswerStyle, envelope, faultReply, type ReplyContent, spoil } from "./longport-replies.ts";
import { LongPortWatchlists, type PurgeMeaning } from "./longport-watchlists.ts";

/** Options of {@link FakeLongPort}; all have defaults. */
export interface FakeLongPortOptions extends LongPortSocketOptions {
  /** What the account has. Default `defaultLongPortFixture`. */
  readonly fixture?: LongPortFixture;
  /** Default: real time. With a `VirtualClock` the client has to sign by the same, or `maxSkewMs` has to allow for it. */
  readonly clock?: Clock;
  /** Default `fake-app-key`. */
  readonly appKey?: string;
  /** Default `fake-app-secret`. */
  readonly appSecret?: string;
  /** Lives for 90 days of the clock. Default `fake-access-token`. */
  readonly accessToken?: string;
  /** OAuth access tokens that are let in without a signature, as `Authorization: Bearer …`. Default `fake-bearer-token`. */
  readonly bearerTokens?: readonly string[];
  /**
   * Milliseconds that a timestamp may be ahead or behind. What LongPort allows is not documented. Default five minutes;
   * `Infinity` allows all.
   */
  readonly maxSkewMs?: number;
  /** Securities that the watchlist holds at most. Default 1,000 [vendor's staff]. */
  readonly maxSecurities?: number;
  /**
   * What deleting with `purge` does to the group's securities. The vendor's sources disagree: by its documentation they are
   * taken off the watchlist, so that they leave every group (`"unfollow"`, the default); by its OpenAPI file only the
   * group is emptied (`"group-only"`), which then differs in nothing from deleting without it.
   */
  readonly purge?: PurgeMeaning;
  /**
   * How successes look. Default `"observed"`: what official clients need, a message and data in every envelope and ids as
   * texts. `"documented"`: what the vendor's pages show, no message, ids as JSON integers, no data when there is nothing to
   * tell; official clients refuse it.
   */
  readonly answers?: AnswerStyle;
  /** Whether pages of any origin may use it from a browser. Whether LongPort lets them is not known. Default true. */
  readonly cors?: boolean;
  /** Takes lines for people about what was refused and why; never a secret. Default: none are written. */
  readonly log?: (line: string) => void;
}

/** What a client of the fake needs: see `clientOptions`. */
export interface LongPortClientOptions {
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly baseUrl: string;
  readonly fetch: FakeLongPort["fetch"];
  readonly clock: Clock;
}

/**
 * A fake of LongPort's (Longbridge's) HTTP API of watchlists and of its quote socket, without any transport: its `fetch` and
 * `createWebSocket` go into a client in place of the runtime's, `listenLongPort` of `@tickwire/testkit/node` serves both on
 * one real port. It checks signatures and tokens, keeps the account's groups, and goes wrong as `faults` say.
 *
 * What the gateway refuses (who is not let in, unknown paths) has an HTTP status; what the watchlist refuses has HTTP 200
 * with a code in the envelope. LongPort is known to do the latter for writes, and a client that looks at the status only
 * would take it for a success.
 */
export class FakeLongPort {
  /** Every request that it received over HTTP. */
  readonly requests: LongPortRequestHistory = new LongPortRequestHistory();
  /** What shall go wrong over HTTP. */
  readonly faults: LongPortFaults = new LongPortFaults();
  /** Where lines for people go; the listener uses it as well. */
  readonly log: (line: string) => void;
  /**
   * Answers like the runtime's `fetch`, for URLs of any host. It needs no `this`. A broken connection rejects with a
   * `TypeError`, an abort with the signal's reason.
   */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** The quote socket: what it was asked, what goes wrong there, and what it shall do now. */
  readonly socket: FakeLongPortSocket;
  /**
   * Opens a WebSocket in memory, for URLs of any host whose path is `/v2`. It needs no `this`.
   * @throws {DOMException} `SyntaxError` for what is no ws:// or wss:// address.
   */
  readonly createWebSocket: (url: string | URL) => FakeWebSocket;
  readonly #clock: Clock;
  readonly #credentials: Pick<LongPortClientOptions, "appKey" | "appSecret" | "accessToken">;
  readonly #gate: Gate;
  readonly #watchlists: LongPortWatchlists;
  readonly #answers: AnswerStyle;
  readonly #cors: boolean;
  #traces = 0;

  constructor(options: FakeLongPortOptions = {}) {
    const { fixture = defaultLongPortFixture, clock = systemClock, appKey = "fake-app-key" } = options;
    const { appSecret = "fake-app-secret", accessToken = "fake-access-token" } = options;
    if (appKey === "" || appSecret === "" || accessToken === "")
      throw new TickwireError("TESTKIT_OPTION", "appKey, appSecret and accessToken must not be empty");
    this.log = options.log ?? (() => undefined);
    this.#clock = clock;
    this.#credentials = { appKey, appSecret, accessToken };
    this.#answers = options.answers ?? "observed";
    this.#cors = options.cors ?? true;
    this.#gate = new Gate({
      ...this.#credentials,
      bearerTokens: options.bearerTokens ?? ["fake-bearer-token"],
      maxSkewMs: options.maxSkewMs ?? 300_000,
      startUnixMs: clock.unixMs(),
    });
    this.#watchlists = new LongPortWatchlists({
      fixture,
      maxSecurities: options.maxSecurities ?? 1000,
      purge: options.purge ?? "unfollow",
      now: () => Math.floor(clock.unixMs() / 1000),
    });
    this.socket = new FakeLongPortSocket({ ...options, fixture, clock, log: this.log });
    this.createWebSocket = (url) => new FakeWebSocket(this.socket, url);
    this.fetch = async (input, init) => this.#fetch(new Request(input, init));
  }

  /**
   * Options for `new LongPort` of `@tickwire/longport`, by which it comes to this fake: it signs with the fake's key, on the
   * fake's clock. For its quotes give `createWebSocket` to `connectQuotes`.
   */
  get clientOptions(): LongPortClientOptions {
    return { ...this.#credentials, baseUrl: "https://longport.fake", fetch: this.fetch, clock: this.#clock };
  }

  /**
   * Tells what a test has left behind: planned faults that have not met all of their `times`, WebSockets that are open, and
   * timers of a `VirtualClock` that are pending. Call it when all is closed.
   * @throws {NotCleanError} `TESTKIT_NOT_CLEAN`, with all of it.
   */
  assertClean(): void {
    assertNone([...this.problems, ...clockProblems(this.#clock)]);
  }

  /** @internal What `assertClean` tells, but for the clock, which several fakes may share. */
  get problems(): readonly CleanProblem[] {
    const { connections, faults } = this.socket;
    return [
      ...faultProblems("LongPort", this.faults.unmet),
      ...faultProblems("LongPort's quote socket", faults.unmet),
      ...counted("open-connection", connections, "WebSocket of LongPort is open", "WebSockets of LongPort are open"),
    ];
  }

  /** Ends a token, an access token or a bearer: from now on it gets 401003. False when it knows no such token. */
  expireToken(token: string): boolean {
    return this.#gate.expire(token);
  }

  /**
   * @internal Answers a request that a listener has read; undefined when the connection shall break without an answer.
   * Rejects with the reason of the call's signal when that aborts while a fault keeps the answer back.
   */
  async handle(call: HttpCall): Promise<HttpReply | undefined> {
    const { method, path, query } = call;
    if (method === "OPTIONS") return preflight(call.headers, this.#cors);
    const route = routeOf(method, path);
    const operation = route === "unknown path" || route === "unknown method" ? undefined : route;
    this.requests.add({
      operation,
      method,
      path,
      query: Object.fromEntries(new URLSearchParams(query)),
      body: readBody(call.body),
      atMs: this.#clock.now(),
    });
    const replayed = this.replayed(call);
    if (replayed !== undefined) return replayed === "none" ? undefined : this.#reply(replayed);
    if (operation !== undefined) return this.#serve(operation, call);
    if (route === "unknown path") return this.#reply(this.#refuse(call, unknownPath, "its paths begin with /v1"));
    return this.#reply(this.#refuse(call, methodNotAllowed, "the path takes other methods"));
  }

  /** The answer to a body of more than {@link MAX_BODY_BYTES} bytes. @internal */
  tooLarge(call: Pick<HttpCall, "method" | "path">): HttpReply {
    return this.#reply(this.#refuse(call, bodyTooLarge, `the fake takes ${MAX_BODY_BYTES} bytes`));
  }

  /** @internal What a replay has in place of the fake's own answer: `"none"` breaks the connection. */
  protected replayed(_call: HttpCall): ReplyContent | "none" | undefined {
    return undefined;
  }

  async #fetch(request: Request): Promise<Response> {
    const { method, signal, headers } = request;
    signal.throwIfAborted();
    const { pathname: path, search } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    const call: HttpCall = { method, path, query: search.slice(1), headers, body, signal };
    const reply = body.length > MAX_BODY_BYTES ? this.tooLarge(call) : await this.handle(call);
    signal.throwIfAborted();
    return toResponse(reply);
  }

  async #serve(operation: LongPortOperation, call: HttpCall): Promise<HttpReply | undefined> {
    const fault = this.faults.take(operation, call.method);
    if (fault !== undefined) this.log(`${operation}: the planned fault ${fault.kind}`);
    const skewMs = fault?.kind === "skewed-clock" ? (fault.skewMs ?? 3_600_000) : 0;
    const serverUnixMs = this.#clock.unixMs() + skewMs;
    const verdict = await this.#gate.judge(call, serverUnixMs);
    if ("refusal" in verdict) return this.#reply(this.#refuse(call, verdict.refusal, verdict.hint), serverUnixMs);
    const run = (): Outcome => this.#run(operation, call, verdict.mode);
    if (fault === undefined) return this.#reply(envelope(run(), this.#answers), serverUnixMs);
    return this.#goWrong(fault, call, run, serverUnixMs);
  }

  async #goWrong(
    fault: LongPortFault,
    call: HttpCall,
    run: () => Outcome,
    serverUnixMs: number,
  ): Promise<HttpReply | undefined> {
    const canned = faultReply(fault);
    const isHeldBack = fault.kind === "slow" || fault.kind === "network-error" || canned !== undefined;
    const early = isHeldBack && fault.applied !== true ? undefined : run();
    if (canned !== undefined) return this.#reply(canned);
    if (fault.kind === "network-error") return undefined;
    if (fault.kind === "slow") await this.#delay(fault.delayMs, call.signal);
    const content = spoil(fault, early ?? run(), this.#answers);
    const reply = this.#reply(content, fault.kind === "slow" ? this.#clock.unixMs() : serverUnixMs);
    return { ...reply, isCut: fault.kind === "cut-body" };
  }

  #run(operation: LongPortOperation, call: HttpCall, mode: AuthMode): Outcome {
    const outcome =
      operation === "refresh-token"
        ? this.#refreshToken(call, mode)
        : operation === "socket-token"
          ? { data: this.socket.issueToken() }
          : runOperation(operation, call, this.#watchlists);
    if ("code" in outcome) this.#logRefusal(call, outcome, outcome.message);
    return outcome;
  }

  #refreshToken({ query, headers }: HttpCall, mode: AuthMode): Outcome {
    const nowUnixMs = this.#clock.unixMs();
    const asked = new URLSearchParams(query).get("expired_at");
    const expiresUnixMs = asked === null ? nowUnixMs + TOKEN_LIFE_MS : Date.parse(asked);
    if (mode === "bearer") return invalid("an OAuth token is refreshed by OAuth");
    if (!(expiresUnixMs > nowUnixMs)) return invalid("expired_at is no RFC 3339 date in the future");
    return {
      data: {
        token: this.#gate.refresh(headers.get("authorization")!, expiresUnixMs),
        expired_at: new Date(expiresUnixMs).toISOString(),
        issued_at: new Date(nowUnixMs).toISOString(),
        account_info: { member_id: "10000001", aaid: "20000001", account_channel: "lb" },
      },
    };
  }

  #refuse(call: Pick<HttpCall, "method" | "path">, problem: Refusal, hint: string): ReplyContent {
    this.#logRefusal(call, problem, hint);
    return envelope(problem, this.#answers);
  }

  #logRefusal({ method, path }: Pick<HttpCall, "method" | "path">, { code }: Refusal, why: string): void {
    this.log(`${method} ${path} is refused with ${code}: ${why}`);
  }

  #reply({ status, contentType, body, retryAfterSeconds }: ReplyContent, unixMs = this.#clock.unixMs()): HttpReply {
    const headers: Record<string, string> = {
      "content-type": contentType,
      date: new Date(unixMs).toUTCString(),
      "x-trace-id": `fake-trace-${++this.#traces}`,
      ...(this.#cors && corsHeaders),
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    };
    return { status, headers, body, isCut: false };
  }

  /** Waits for a time, or without one for the signal only; rejects when the signal aborts. */
  #delay(ms: number | undefined, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        timer?.cancel();
        reject(signal.reason);
      };
      const timer =
        ms === undefined
          ? undefined
          : this.#clock.startTimer(() => {
              signal.removeEventListener("abort", abort);
              resolve();
            }, ms);
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) abort();
    });
  }
}

const unknownPath = refusal(404_001, "api not found", 404);
const methodNotAllowed = refusal(405_001, "method not allowed", 405);
const bodyTooLarge = refusal(413_001, "request entity too large", 413);
