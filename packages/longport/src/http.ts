import { Call, checkCallOptions, type Effect } from "./call.ts";
import type { Config } from "./config.ts";
import type { Credentials } from "./credentials.ts";
import { LongPortError } from "./errors.ts";
import type { CallOptions } from "./options.ts";
import { codesOf, redactor, withoutSecrets } from "./redact.ts";
import { type Answer, answerOf, type Reply, readText } from "./reply.ts";
import { takeTurn } from "./turn.ts";

/** One request of the API. */
export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body?: string;
  /** Not by the method: a GET that replaces the token is a write. */
  readonly effect: Effect;
}

/** The wait before the first retry is up to this long, in milliseconds; it doubles with each. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/** What runtimes call it when there was no connection, so that not a byte of a request can have left. */
const NO_CONNECTION: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"];

/** Sends requests: in turn, authorized, by their deadline, again where that can do no harm. */
export class Http {
  readonly config: Config;
  readonly #credentials: Credentials;

  constructor(config: Config, credentials: Credentials) {
    this.config = config;
    this.#credentials = credentials;
  }

  /**
   * Gives the data of the reply, and what an error about them tells.
   * @throws {LongPortError}
   */
  async request(request: HttpRequest, options: CallOptions = {}): Promise<Answer> {
    const { clock, timeoutMs: usualMs } = this.config;
    const { timeoutMs = usualMs } = checkCallOptions(options);
    const call = new Call(clock, `${request.method} ${request.path}`, request.effect, timeoutMs, options);
    try {
      return await this.#tryUntilDone(request, call);
    } finally {
      call.end();
    }
  }

  async #tryUntilDone(request: HttpRequest, call: Call): Promise<Answer> {
    let [retries, renewed, refused] = [0, false, false];
    let last: LongPortError | undefined;
    for (;;) {
      try {
        return await this.#attempt(request, call, refused);
      } catch (error) {
        if (!(error instanceof LongPortError)) throw error;
        // No room for a retry is no news: what the server said is.
        if (error.code === "LONGPORT_PACING" && last !== undefined) throw last;
        last = error;
      }
      refused = this.#credentials.canRenew && !renewed && isRefusedToken(last);
      if (refused) {
        renewed = true;
        continue;
      }
      const waitMs = this.#waitBefore(retries, last, call);
      if (waitMs === undefined || this.config.clock.now() + waitMs >= call.deadline) throw last;
      retries += 1;
      await this.#sleep(waitMs, call);
    }
  }

  async #attempt(request: HttpRequest, call: Call, refused: boolean): Promise<Answer> {
    const url = new URL(this.config.baseUrl + request.path);
    url.search = new URLSearchParams(request.query).toString();
    const body = request.body === undefined ? undefined : new TextEncoder().encode(request.body);
    const signable = { method: request.method, path: url.pathname, query: url.search.slice(1), body };
    call.throwIfStopped();
    const { headers, secrets } = await call.wait(this.#credentials.authorize(signable, refused));
    // Last, so that nothing which takes its time stands between the turn and the request.
    const leave = await takeTurn(this.config, call);
    try {
      call.throwIfStopped();
      const redact = redactor(secrets);
      const reply = await this.#exchange(url.href, this.#initOf(request.method, body, headers), call, redact);
      return answerOf(reply, call, redact);
    } finally {
      leave();
    }
  }

  #initOf(method: string, body: BodyInit | undefined, authorization: Readonly<Record<string, string>>): RequestInit {
    const type = body === undefined ? undefined : { "content-type": "application/json; charset=utf-8" };
    const headers = { accept: "application/json", "accept-language": this.config.language, ...type, ...authorization };
    // A redirect would carry the credentials to another place, and make a GET of a POST.
    return { method, headers, body: body ?? null, redirect: "manual" };
  }

  async #exchange(url: string, init: RequestInit, call: Call, redact: (text: string) => string): Promise<Reply> {
    const { clock } = this.config;
    const outcomeBefore = call.outcome;
    call.outcome = "unknown";
    let isConnected = false;
    try {
      const response = await this.#fetch(url, init, call);
      isConnected = true;
      const text = await readText(response, call);
      const { status, headers } = response;
      return { status, headers, text, unixMs: clock.unixMs(), wasSigned: this.#credentials.isSigned };
    } catch (cause) {
      if (cause instanceof LongPortError) throw cause;
      isConnected ||= !codesOf(cause).some((code) => NO_CONNECTION.includes(code));
      if (!isConnected) call.outcome = outcomeBefore;
      throw this.#networkError(isConnected, withoutSecrets(cause, redact), call);
    }
  }

  async #fetch(url: string, init: RequestInit, call: Call): Promise<Response> {
    const response = this.config.fetch(url, { ...init, signal: call.signal });
    try {
      return await call.wait(response);
    } catch (error) {
      // One that takes no notice of the signal may still come, and would hold its connection.
      Promise.resolve(response)
        .then((late) => late.body?.cancel())
        .catch(() => undefined);
      throw error;
    }
  }

  #networkError(isConnected: boolean, cause: Error, call: Call): LongPortError {
    const { operation, outcome } = call;
    const what = isConnected ? "no reply, or not all of it, from" : "no connection to";
    const problem = `${what} ${this.config.baseUrl} (network, TLS or, in a browser, its CORS rules)${call.doubt()}`;
    const retryable = call.isRepeatable();
    return new LongPortError("LONGPORT_NETWORK", problem, { operation, outcome, retryable, cause });
  }

  /** How long to wait before the next try; undefined where there must be none. */
  #waitBefore(retries: number, error: LongPortError, call: Call): number | undefined {
    const isRefused = error.code === "LONGPORT_RATE_LIMIT";
    // A read, or a write that found no connection.
    const isLost = error.code === "LONGPORT_NETWORK" && call.isRepeatable();
    if (retries >= this.config.retries || !(isRefused || isLost)) return undefined;
    // Full jitter, so that clients that were refused together do not come back together.
    const jitterMs = this.config.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** retries);
    return (error.retryAfterMs ?? 0) + jitterMs;
  }

  async #sleep(ms: number, call: Call): Promise<void> {
    let cancel = () => {};
    const slept = new Promise<void>((resolve) => {
      const timer = this.config.clock.startTimer(resolve, ms);
      cancel = () => timer.cancel();
    });
    try {
      await call.wait(slept);
    } finally {
      cancel();
    }
  }
}

function isRefusedToken({ status, serverCode, code }: LongPortError): boolean {
  return code === "LONGPORT_AUTH" && (status === 401 || Math.floor((serverCode ?? 0) / 1000) === 401);
}
