import type { CleanProblem } from "./clean.ts";
import { FakeLongPort, type FakeLongPortOptions } from "./fake-longport.ts";
import { type HttpCall, refusal } from "./longport-http.ts";
import { readBody, writeExactJson } from "./longport-json.ts";
import { envelope, type ReplyContent } from "./longport-replies.ts";
import { parseRecording, type RecordedHttpReply, wrong } from "./recording.ts";
import { type Exchange, type ReplayMode, ReplayScript } from "./replay-script.ts";

/** Options of {@link replayLongPort}; all have defaults, those of the fake too. */
export interface ReplayLongPortOptions extends FakeLongPortOptions {
  /**
   * `"strict"`, the default: requests have to come in the recorded order and with the recorded content; what differs is refused.
   * `"lenient"`: a request gets the answer of the first one like it that was not used yet, then the last one's again; without
   * any the fake answers itself.
   */
  readonly mode?: ReplayMode;
}

interface HttpExchange extends Exchange {
  /** Absent when the request got no answer. */
  readonly reply: ReplyContent | undefined;
}

/**
 * A fake LongPort that answers from a recording, by its `fetch` or over real HTTP. It lets everybody in: headers are not
 * recorded, so signatures and tokens are not looked at.
 * @param text The content of a file that `record` of `@tickwire/testkit/node` has written.
 * @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line.
 */
export function replayLongPort(text: string, options: ReplayLongPortOptions = {}): ReplayLongPort {
  return new ReplayLongPort(text, options);
}

/** What {@link replayLongPort} gives. */
export class ReplayLongPort extends FakeLongPort {
  readonly #script: ReplayScript<HttpExchange>;

  /** @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line. */
  constructor(text: string, options: ReplayLongPortOptions = {}) {
    super(options);
    const { exchanges, redacted, messages } = readExchanges(text);
    this.#script = new ReplayScript(options.mode ?? "strict", exchanges, redacted, messages);
  }

  /** The recording's requests that nobody has made, in order. */
  get unused(): readonly string[] {
    return this.#script.unused;
  }

  /** @internal */
  override get problems(): readonly CleanProblem[] {
    return [...super.problems, ...this.#script.problems];
  }

  /** @internal */
  protected override replayed({ method, path, query, body }: HttpCall): ReplyContent | "none" | undefined {
    const content = { query: Object.fromEntries(new URLSearchParams(query)), body: readBody(body) };
    const match = this.#script.take({ lane: 0, label: `${method} ${path}`, content, isFree: false });
    if (match === undefined) return undefined;
    if (typeof match !== "string") return match.exchange.reply ?? "none";
    this.log(`the replay ${match}`);
    return envelope(refusal(400_000, `the replay ${match}`, 400), "observed");
  }
}

function readExchanges(text: string) {
  const { header, events } = parseRecording(text);
  if (header.dialect !== "http") throw wrong(1, "it is OpenD's", "replay it by replay");
  const replies = new Map<number, RecordedHttpReply>();
  for (const event of events) if (event.event === "http-reply") replies.set(event.n, event);
  const exchanges: HttpExchange[] = [];
  const messages: (readonly [string, unknown])[] = [];
  for (const event of events) {
    if (event.event === "http-reply") messages.push(["body", event.message]);
    if (event.event !== "http-request") continue;
    const { line, method, path, query, message, n } = event;
    const content = { query, body: message };
    messages.push(["", content]);
    const reply = replies.get(n);
    exchanges.push({
      line,
      lane: 0,
      isFree: false,
      label: `${method} ${path}`,
      content,
      reply: reply && contentOf(reply),
    });
  }
  return { exchanges, redacted: header.redacted, messages };
}

function contentOf({ status, contentType, message, body, retryAfterSeconds }: RecordedHttpReply): ReplyContent {
  const raw =
    body === undefined ? "" : new TextDecoder().decode(Uint8Array.from(atob(body), (each) => each.charCodeAt(0)));
  return { status, contentType, retryAfterSeconds, body: message === undefined ? raw : writeExactJson(message) };
}
