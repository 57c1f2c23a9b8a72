import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import {
  type Clock,
  GetGlobalState,
  InitConnect,
  InitWebSocket,
  KeepAlive,
  type PushProtocol,
  RetType,
  toJson,
} from "@tickwire/session";
import { systemClock, type Timer } from "@tickwire/session/parts";
import type { CleanProblem } from "./clean.ts";
import type { DecodedRequest } from "./connection.ts";
import { FakeOpenD } from "./fake-opend.ts";
import type { FakeOpenDOptions } from "./fake-opend-options.ts";
import type { AnyCall } from "./handler.ts";
import { parseRecording, type RecordedPush, type RecordedReply, readMessage, wrong } from "./recording.ts";
import { type Exchange, type ReplayMode, ReplayScript } from "./replay-script.ts";
import { type ReplyInit, refuse } from "./reply.ts";

/** Options of {@link replay}; all have defaults, those of the fake too. */
export interface ReplayOptions extends FakeOpenDOptions {
  /**
   * `"strict"`, the default: each connection has to make the requests of one recorded connection, in their order and with their
   * content; what differs is refused. `"lenient"`: a request gets the reply of the first one like it that was not used yet, then
   * the last one's again; without any the fake answers itself.
   */
  readonly mode?: ReplayMode;
}

interface OpenDExchange extends Exchange {
  /** Absent when the request got no answer. */
  readonly reply: ReplyInit<unknown> | undefined;
  /** What came because of it, with the milliseconds since its reply. */
  readonly pushes: { readonly afterMs: number; readonly protocol: PushProtocol<unknown>; readonly s2c: unknown }[];
}

/** Requests that belong to the connection rather than to what the client does, and come when they like. */
const isUpkeep = (id: number): boolean => id === KeepAlive.id || id === GetGlobalState.id;
const isLogin = (id: number): boolean => id === InitConnect.id || id === InitWebSocket.id;
/** A login is the same in both dialects; nothing of it is compared. */
const LOGIN = "login";

/**
 * A fake OpenD that answers from a recording, over any transport and in both dialects, whichever was recorded. Replies come at
 * once, pushes as long after the reply as they were recorded. Handlers go before it, and their `builtIn` is what it has.
 * @param text The content of a file that `record` of `@tickwire/testkit/node` has written.
 * @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line.
 */
export function replay(text: string, options: ReplayOptions = {}): ReplayOpenD {
  return new ReplayOpenD(text, options);
}

/** What {@link replay} gives. */
export class ReplayOpenD extends FakeOpenD {
  readonly #clock: Clock;
  readonly #script: ReplayScript<OpenDExchange>;
  /** The recorded connections that made requests, in order, by what the replay's connections take them for. */
  readonly #lanes: readonly number[];
  readonly #laneOf = new Map<bigint, number>();
  readonly #timers = new Set<Timer>();

  /** @throws {TickwireError} `TESTKIT_RECORDING` with the number of the line. */
  constructor(text: string, options: ReplayOptions = {}) {
    super(options);
    this.#clock = options.clock ?? systemClock;
    const { exchanges, redacted, messages } = readExchanges(text);
    this.#lanes = [...new Set(exchanges.map(({ lane }) => lane))];
    this.#script = new ReplayScript(options.mode ?? "strict", exchanges, redacted, messages);
  }

  /** The recording's requests that nobody has made, in order; keep-alives and looks at the global state do not count. */
  get unused(): readonly string[] {
    return this.#script.unused;
  }

  /** @internal */
  override get problems(): readonly CleanProblem[] {
    return [...super.problems, ...this.#script.problems];
  }

  override close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    super.close();
  }

  /** @internal */
  protected override replayed(
    protocol: DecodedRequest["protocol"],
    call: AnyCall,
  ): ReplyInit<unknown> | "none" | undefined {
    const { id, name } = protocol;
    const label = isLogin(id) ? LOGIN : name;
    const content = isLogin(id) ? {} : contentOf(call.c2s);
    const match = this.#script.take({ lane: this.#laneFor(call.connID), label, content, isFree: isUpkeep(id) });
    if (match === undefined) return undefined;
    if (typeof match === "string") {
      this.log(`the replay ${match}`);
      return refuse(`the replay ${match}`);
    }
    const { exchange, isFirst } = match;
    if (exchange.reply === undefined) return "none";
    if (isFirst) this.#play(call.connID, exchange.pushes);
    return anew(id, exchange.reply, call);
  }

  /** The first connection is the first recorded one, and so on. */
  #laneFor(connID: bigint): number {
    const known = this.#laneOf.get(connID);
    if (known !== undefined) return known;
    const lane = this.#lanes[this.#laneOf.size] ?? 0;
    this.#laneOf.set(connID, lane);
    return lane;
  }

  #play(connID: bigint, pushes: OpenDExchange["pushes"]): void {
    const startMs = this.#clock.now();
    const playFrom = (index: number): void => {
      const next = pushes[index];
      if (next === undefined) return;
      const timer = this.#clock.startTimer(
        () => {
          this.#timers.delete(timer);
          this.pushTo(connID, next.protocol, next.s2c as never);
          playFrom(index + 1);
        },
        Math.max(0, startMs + next.afterMs - this.#clock.now()),
      );
      this.#timers.add(timer);
    };
    playFrom(0);
  }
}

/** A reply with what belongs to the connection it goes to, in place of what belonged to the recorded one. */
function anew(id: number, reply: ReplyInit<unknown>, call: AnyCall): ReplyInit<unknown> {
  if (reply.retType !== RetType.Succeed) return reply;
  const s2c = reply.s2c as Record<string, unknown>;
  if (id === GetGlobalState.id) return { ...reply, s2c: { ...s2c, connID: call.connID } };
  if (!isLogin(id)) return reply;
  const own = call.builtIn();
  const { connID, connAESKey, aesCBCiv } = own.s2c as Record<string, unknown>;
  // The other dialect's login has other fields.
  const isSameLogin = (id === InitConnect.id) === "serverVer" in s2c;
  return isSameLogin
    ? { ...own, s2c: { ...s2c, connID, ...(id === InitConnect.id && { connAESKey, aesCBCiv }) } }
    : own;
}

/** The content of a request as it is compared: without the packet's id, which is the connection's. */
function contentOf(c2s: unknown): unknown {
  const { packetID: _, ...content } = toJson(c2s) as Record<string, unknown>;
  return content;
}

function readExchanges(text: string) {
  const { header, events } = parseRecording(text);
  if (header.dialect === "http") throw wrong(1, "it is LongPort's", "replay it by replayLongPort");
  const exchanges: OpenDExchange[] = [];
  const messages: (readonly [string, unknown])[] = [];
  const replies = new Map<number, RecordedReply & { readonly line: number }>();
  for (const event of events) if (event.event === "reply") replies.set(event.n, event);
  /** Per connection: the exchange that pushes follow from, and when its reply came. */
  const causes = new Map<number, { readonly exchange: OpenDExchange; readonly atMs: number }>();
  for (const event of events) {
    if ("message" in event && "name" in event) messages.push([event.name ?? "", event.message]);
    if (event.event === "request") {
      const codec = protocols.get(event.id);
      // The fake refuses what no registry knows before anybody is asked.
      if (codec?.protocol.kind !== "request" || event.message === undefined) continue;
      const reply = replies.get(event.n);
      const exchange: OpenDExchange = {
        line: event.line,
        lane: event.conn,
        isFree: isUpkeep(event.id),
        label: isLogin(event.id) ? LOGIN : codec.protocol.name,
        content: isLogin(event.id) ? {} : contentOf(event.message),
        reply: reply && replyOf(codec, reply),
        pushes: [],
      };
      exchanges.push(exchange);
      const isCause = codec.protocol.effect !== "read" && !exchange.isFree;
      if (isCause) causes.set(event.conn, { exchange, atMs: (reply ?? event).at });
    } else if (event.event === "push") {
      const cause = causes.get(event.conn);
      const push = pushOf(event);
      if (cause !== undefined && push !== undefined)
        cause.exchange.pushes.push({ ...push, afterMs: Math.max(0, event.at - cause.atMs) });
    }
  }
  return { exchanges, redacted: header.redacted, messages };
}

/** What a recorded reply was; undefined when its content was left out of the recording. */
function replyOf({ protocol }: ProtocolCodec, { message, line, error, errorText }: RecordedReply & { line: number }) {
  if (error !== undefined) return refuse(errorText || `the relay's error ${error}`);
  return message === undefined ? undefined : (readMessage(protocol, message, line) as ReplyInit<unknown>);
}

function pushOf({ id, message, line }: RecordedPush & { line: number }) {
  const protocol = protocols.get(id)?.protocol;
  if (protocol?.kind !== "push" || message === undefined) return undefined;
  return { protocol, s2c: readMessage(protocol, message, line).s2c };
}
