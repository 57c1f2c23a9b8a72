import { CodecError } from "@tickwire/codec";
import {
  Close_Code,
  CmdClose,
  CmdHeartbeat,
  decodeBody,
  decodePacket,
  encodeBody,
  encodePacket,
  gunzip,
  MAX_PACKET_BODY_BYTES,
  type Packet,
  PacketStatus,
  type Proto3Init,
  type RequestCommand,
} from "@tickwire/codec/longport";
import { type Clock, type Heard, serialNumbers } from "@tickwire/session/parts";
import type { Call } from "./call.ts";
import { LongPortError } from "./errors.ts";
import { refusalOf } from "./quote-refusal.ts";
import type { Socket, SocketEvents } from "./quote-socket.ts";

/** What a connection tells its owner. */
export interface QuoteConnectionEvents {
  /** A push, unpacked, in the order of their arrival. */
  push(command: number, body: Uint8Array): void;
  /** It is over, after all its requests are settled. */
  ended(error: LongPortError): void;
}

interface Pending {
  readonly command: number;
  readonly operation: string;
  answer(response: { readonly status: number; readonly body: Uint8Array }): void;
  fail(error: LongPortError): void;
}

/** The longest that the header of a request may say, by the vendor's documentation, in milliseconds. */
const MAX_TOLD_MS = 60_000;

/**
 * One socket's life: packs requests, matches responses by request id, hands pushes on, answers the server's heartbeats. Each
 * request settles once: by its response, by the end of its call, or by the end of the socket.
 */
export class QuoteConnection implements SocketEvents, Heard {
  heardAt = 0;
  chunks = 0;
  /** Why it is over; undefined while it is not. */
  ended: LongPortError | undefined;
  /** The server has said that the session cannot be taken up again. */
  isSessionOver = false;
  readonly #clock: Clock;
  readonly #events: QuoteConnectionEvents;
  readonly #redact: (text: string) => string;
  readonly #nextId = serialNumbers();
  readonly #pending = new Map<number, Pending>();
  /** Settles when what came before is unpacked and handled. */
  #unpacked: Promise<void> = Promise.resolve();
  /** Packets that wait for it. */
  #unpacking = 0;
  #socket: Socket | undefined;

  /** @param redact Takes secrets out of what the server says. */
  constructor(clock: Clock, events: QuoteConnectionEvents, redact: (text: string) => string) {
    this.#clock = clock;
    this.#events = events;
    this.#redact = redact;
  }

  /** Puts the connection on an open socket. */
  attach(socket: Socket): void {
    if (this.ended === undefined) this.#socket = socket;
    else socket.close();
  }

  /**
   * Sends a request and gives the content of its response.
   * @throws {LongPortError}
   */
  async ask<Q, A>(command: RequestCommand<Q, A>, message: Proto3Init<Q>, call: Call, timeoutMs: number): Promise<A> {
    const { operation } = call;
    const { code, name } = command;
    const requestId = this.#nextId();
    const told = { command: code, requestId, timeoutMs: Math.ceil(Math.min(timeoutMs, MAX_TOLD_MS)) };
    let packet: Uint8Array;
    try {
      packet = encodePacket({ type: "request", ...told, body: encodeBody(command, message) });
    } catch (cause) {
      const problem = `the message cannot be written: ${cause instanceof Error ? cause.message : cause}`;
      throw new LongPortError("LONGPORT_INVALID_ARGUMENT", problem, { operation, cause });
    }
    if (this.ended !== undefined) throw failed(this.ended, operation, "not-sent");
    const response = new Promise<{ readonly status: number; readonly body: Uint8Array }>((answer, fail) => {
      this.#pending.set(requestId, { command: code, operation, answer, fail });
    });
    call.outcome = "unknown";
    this.#socket?.send(packet);
    try {
      const { status, body } = await call.wait(response);
      if (status !== PacketStatus.Success) throw refusalOf(status, body, call, this.#redact);
      return decodeBody(command, body);
    } catch (cause) {
      if (!(cause instanceof CodecError)) throw cause;
      const problem = `the answer to ${name} cannot be read: ${cause.message}`;
      throw new LongPortError("LONGPORT_BAD_REPLY", problem, { operation, outcome: "unknown", cause });
    } finally {
      this.#pending.delete(requestId);
    }
  }

  /** Makes the server send something: its answer, which is not waited for. */
  beat(): void {
    const body = encodeBody(CmdHeartbeat, { timestamp: BigInt(Math.floor(this.#clock.unixMs())) });
    const { code: command } = CmdHeartbeat;
    this.#socket?.send(encodePacket({ type: "request", command, requestId: this.#nextId(), timeoutMs: 0, body }));
  }

  data(bytes: Uint8Array): void {
    if (this.ended !== undefined) return;
    this.heardAt = this.#clock.now();
    this.chunks += 1;
    try {
      const packet = decodePacket(bytes);
      if (packet.type === "request") this.#echo(packet);
      else if (packet.isGzip || this.#unpacking > 0) this.#queue(packet);
      else this.#take(packet, packet.body);
    } catch (error) {
      this.#unreadable(error);
    }
  }

  closed(why: string): void {
    this.lose(`the connection ended: ${this.#redact(why)}`);
  }

  /** Ends the connection on purpose, or because its owner found it broken. */
  end(error: LongPortError): void {
    if (this.ended !== undefined) return;
    this.ended = error;
    for (const { operation, fail } of this.#pending.values()) fail(failed(error, operation, "unknown"));
    this.#pending.clear();
    this.#socket?.close();
    this.#socket = undefined;
    this.#events.ended(error);
  }

  /** Ends it as a connection that was lost. */
  lose(problem: string, cause?: unknown): void {
    this.end(new LongPortError("LONGPORT_CONNECTION_LOST", problem, { retryable: true, cause }));
  }

  #unreadable(error: unknown): void {
    this.lose(`what the server sends cannot be read: ${error instanceof Error ? error.message : error}`, error);
  }

  /** Unpacking takes its time, and what comes behind must not overtake. */
  #queue(packet: Exclude<Packet, { type: "request" }>): void {
    this.#unpacking += 1;
    this.#unpacked = this.#unpacked.then(async () => {
      try {
        const body = packet.isGzip ? await gunzip(packet.body, MAX_PACKET_BODY_BYTES) : packet.body;
        if (this.ended === undefined) this.#take(packet, body);
      } catch (error) {
        this.#unreadable(error);
      } finally {
        this.#unpacking -= 1;
      }
    });
  }

  #take(packet: Exclude<Packet, { type: "request" }>, body: Uint8Array): void {
    if (packet.type === "response") {
      // Of none that waits: the answer to a heartbeat, or it comes too late.
      const pending = this.#pending.get(packet.requestId);
      if (pending?.command === packet.command) pending.answer({ status: packet.status, body });
    } else if (packet.command === CmdClose.code) this.#takeClose(body);
    else this.#events.push(packet.command, body);
  }

  #takeClose(body: Uint8Array): void {
    const { code, reason } = decodeBody(CmdClose, body);
    const { AuthError, SessExpired, ConnectDuplicate } = Close_Code;
    this.isSessionOver = [AuthError, SessExpired, ConnectDuplicate].some((each) => each === code);
    const name = Object.entries(Close_Code).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
    this.lose(`the server ended the connection: ${name}${reason && `, ${JSON.stringify(this.#redact(reason))}`}`);
  }

  /** The server may ask for a sign of life too; it asks nothing else. */
  #echo({ command, requestId, body, isGzip }: Packet & { type: "request" }): void {
    if (command !== CmdHeartbeat.code) return;
    const { Success: status } = PacketStatus;
    this.#socket?.send(encodePacket({ type: "response", command, requestId, status, body, isGzip }));
  }
}

/** The message without the code in front, for a message that wraps it. */
export const rawMessage = (error: LongPortError): string => error.message.replace(/^\[\w+\] /, "");

/** The error of a request whose connection is over. */
function failed(error: LongPortError, operation: string, outcome: "not-sent" | "unknown"): LongPortError {
  const { code, retryable } = error;
  return new LongPortError(code, rawMessage(error), { operation, outcome, retryable, cause: error });
}
