import {
  type AuthRequest,
  Close_Code,
  CmdAuth,
  CmdClose,
  CmdHeartbeat,
  CmdReconnect,
  type CommandCodec,
  commands,
  encodeBody,
  encodeErrorBody,
  encodePacket,
  type PacketInit,
  PacketStatus,
  type ReconnectRequest,
  type RequestPacket,
} from "@tickwire/codec/longport";
import { type Clock, CodecError, type Timer } from "@tickwire/session";
import { gzip } from "./gzip.ts";
import { Lane } from "./lane.ts";
import type { SessionGrant } from "./longport-sessions.ts";
import type { LongPortSocketFault, LongPortSocketFaults } from "./longport-socket-faults.ts";
import { invalidRequest, type SocketRefusal, type SocketReply, socketRefusal } from "./longport-socket-reply.ts";
import { readMessage, readRequest, unpack } from "./longport-socket-request.ts";

/** Bytes of words that a WebSocket's close frame has room for. */
const MAX_CLOSE_REASON_BYTES = 123;

/** The way back to a client of the quote socket, which a listener or the in-memory WebSocket gives. */
export interface LongPortPeer {
  /** Sends one binary message. The bytes are not changed afterwards. */
  send(bytes: Uint8Array): void;
  /** Ends the WebSocket in an orderly way, once what was sent is out. */
  close(code: number, reason: string): void;
  /** Breaks it: the client shall see no orderly end. */
  terminate(): void;
  /** Sends a WebSocket ping; absent where there are none. */
  ping?(): void;
}

/** What a connection needs of the fake that it belongs to. */
export interface LongPortSocketHost {
  readonly clock: Clock;
  readonly faults: LongPortSocketFaults;
  readonly gzipFromBytes: number;
  readonly pingIntervalMs: number;
  log(line: string): void;
  /** Notes a request. */
  received(connection: LongPortSocketConnection, codec: CommandCodec, packet: RequestPacket, message: object): void;
  begin(connection: LongPortSocketConnection, request: AuthRequest): SessionGrant | SocketRefusal;
  resume(connection: LongPortSocketConnection, request: ReconnectRequest): SessionGrant | SocketRefusal;
  /** Ends the connection's session for good. */
  endSession(connection: LongPortSocketConnection): void;
  /** Answers what needs a session. */
  answer(connection: LongPortSocketConnection, command: number, message: object): SocketReply;
  /** The connection has ended; called once. */
  ended(connection: LongPortSocketConnection): void;
}

/** Sends what has been prepared. */
type Send = (fault?: LongPortSocketFault) => void;

/** One connection to the fake's quote socket: its packets, its session and what goes wrong on it. */
export class LongPortSocketConnection {
  readonly id: number;
  readonly #host: LongPortSocketHost;
  readonly #peer: LongPortPeer;
  readonly #inbox: Lane = new Lane();
  readonly #outbox: Lane = new Lane();
  readonly #timers = new Set<Timer>();
  #isOpen = true;
  #isMute = false;
  #hasSession = false;

  constructor(host: LongPortSocketHost, id: number, peer: LongPortPeer) {
    this.#host = host;
    this.id = id;
    this.#peer = peer;
    if (peer.ping !== undefined) this.#keepPinging();
  }

  /** Whether it says nothing any more, no pong either. */
  get isMute(): boolean {
    return this.#isMute;
  }

  /** Takes a WebSocket message from the client; a text is none of the protocol's. */
  receive(data: Uint8Array | string): void {
    if (!this.#isOpen) return;
    const packet = readRequest(data);
    if (packet instanceof CodecError) {
      this.#unreadable(packet);
      return;
    }
    const body = packet.isGzip ? unpack(packet.body) : packet.body;
    this.#inbox.add(body, (unpacked) => this.#take(packet, unpacked));
  }

  /** The client has ended the WebSocket. */
  closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const timer of this.#timers) timer.cancel();
    this.#host.ended(this);
  }

  /** Sends a push, if the connection has a session. */
  push(codec: CommandCodec, message: object): void {
    if (!this.#isOpen || !this.#hasSession) return;
    const { code, name } = codec.command;
    const packet: PacketInit = { type: "push", command: code, body: encodeBody(codec, message) };
    const fault = this.#host.faults.takeMessage("push", code);
    this.#deliver(name, fault, () => (spoiledBy) => this.#write(packet, spoiledBy));
  }

  /** Says why, and ends the connection in an orderly way. A mute one says nothing, and stays open. */
  end(code: number, reason: string): void {
    if (!this.#isOpen || this.#isMute) return;
    const body = encodeBody(commands.get(CmdClose.code)!, { code, reason });
    this.#write({ type: "push", command: CmdClose.code, body });
    // The numbers of the reasons are none that a WebSocket's close frame may have, and it has no room for long words.
    const words = new TextEncoder().encode(reason).length > MAX_CLOSE_REASON_BYTES ? "" : reason;
    this.#outbox.add(undefined, () => this.#peer.close(1000, words));
    this.closed();
  }

  /** Breaks the connection. */
  terminate(): void {
    if (!this.#isOpen) return;
    this.#peer.terminate();
    this.closed();
  }

  /** Says nothing more, and leaves the connection open. */
  mute(): void {
    this.#isMute = true;
  }

  /** Its session is over, for good. */
  expire(): void {
    this.#host.endSession(this);
    this.end(Close_Code.SessExpired, "session expired");
  }

  #take(packet: RequestPacket, body: Uint8Array | CodecError): void {
    if (!this.#isOpen) return;
    const codec = commands.get(packet.command);
    if (body instanceof CodecError) this.#unreadable(body);
    else if (codec?.decode === undefined)
      this.#respond(packet, codec, invalidRequest(`${packet.command} is no command that can be asked`))();
    else {
      const message = readMessage(codec.decode, body);
      if (!(message instanceof CodecError)) this.#serve(packet, codec, message, body);
      // A heartbeat may hold anything.
      else if (packet.command === CmdHeartbeat.code) this.#serve(packet, codec, {}, body);
      else this.#unreadable(message);
    }
  }

  #serve(packet: RequestPacket, codec: CommandCodec, message: object, body: Uint8Array): void {
    const { code, name } = codec.command;
    this.#host.received(this, codec, packet, message);
    const fault = this.#host.faults.takeMessage("response", code);
    const run = (): Send =>
      this.#respond(packet, codec, this.#reply(packet, message), code === CmdHeartbeat.code ? body : undefined);
    const reject = (): Send => {
      const { status = PacketStatus.ServerInternalError, code = 301_602, message: words = "server error" } = fault!;
      return this.#respond(packet, codec, socketRefusal(status, code, words));
    };
    if (fault?.kind === "reject" && fault.applied === true) run();
    this.#deliver(name, fault, fault?.kind === "reject" ? reject : run);
  }

  #reply({ command }: RequestPacket, message: object): SocketReply {
    if (command === CmdAuth.code || command === CmdReconnect.code) return this.#logIn(command, message);
    if (this.#hasSession)
      return command === CmdHeartbeat.code ? { content: {} } : this.#host.answer(this, command, message);
    const refusal = socketRefusal(
      PacketStatus.Unauthenticated,
      401,
      "the first request has to be CMD_AUTH or CMD_RECONNECT",
    );
    return { ...refusal, afterwards: () => this.end(Close_Code.AuthError, refusal.message) };
  }

  #logIn(command: number, message: object): SocketReply {
    if (this.#hasSession) return invalidRequest("the connection has a session already");
    const grant =
      command === CmdAuth.code
        ? this.#host.begin(this, message as AuthRequest)
        : this.#host.resume(this, message as ReconnectRequest);
    if ("status" in grant) return grant;
    this.#hasSession = true;
    this.#later(Number(grant.expires) - this.#host.clock.unixMs(), () => this.expire());
    return { content: grant };
  }

  /** Prepares a response, whose `afterwards` comes once. */
  #respond(packet: RequestPacket, codec: CommandCodec | undefined, reply: SocketReply, echo?: Uint8Array): Send {
    const { command, requestId } = packet;
    const isRefused = "status" in reply;
    if (isRefused) this.#host.log(`${codec?.command.name ?? command} is refused with ${reply.code}: ${reply.message}`);
    const status = isRefused ? reply.status : PacketStatus.Success;
    const body = isRefused
      ? encodeErrorBody({ code: BigInt(reply.code), msg: reply.message })
      : (echo ?? encodeBody(codec!, reply.content));
    return (spoiledBy) => {
      this.#write({ type: "response", command, requestId, status, body }, spoiledBy);
      reply.afterwards?.();
    };
  }

  /** Does what is asked for and sends it, or lets the fault do what it does in its place. */
  #deliver(name: string, fault: LongPortSocketFault | undefined, run: () => Send): void {
    if (fault !== undefined) this.#host.log(`${name}: the planned fault ${fault.kind}`);
    const early = fault?.applied === true ? run() : undefined;
    switch (fault?.kind) {
      case "slow":
        if (fault.delayMs !== undefined) this.#later(fault.delayMs, () => (early ?? run())());
        break;
      case "drop":
        this.terminate();
        break;
      case "close":
        this.end(fault.code ?? Close_Code.ServerShutdown, fault.message ?? "server shutdown");
        break;
      case "expire-session":
        this.expire();
        break;
      case "silence":
        this.mute();
        break;
      default:
        (early ?? run())(fault);
    }
  }

  #write(packet: PacketInit, spoiledBy?: LongPortSocketFault): void {
    if (this.#isMute) return;
    const { body } = packet;
    const isGzip = spoiledBy?.kind === "gzip" || body.length >= this.#host.gzipFromBytes;
    const bytes = isGzip
      ? gzip(body).then((packed) => encodePacket({ ...packet, body: packed, isGzip }))
      : encodePacket(packet);
    for (let i = spoiledBy?.kind === "duplicate" ? 2 : 1; i > 0; i--)
      this.#outbox.add<Uint8Array>(bytes, (whole) => this.#peer.send(whole));
  }

  #unreadable({ message }: CodecError): void {
    this.#host.log(`a connection is ended, because it sent what cannot be read: ${message}`);
    this.end(Close_Code.UnpackError, "a packet cannot be read");
  }

  #keepPinging(): void {
    this.#later(this.#host.pingIntervalMs, () => {
      if (!this.#isMute) this.#peer.ping?.();
      this.#keepPinging();
    });
  }

  #later(delayMs: number, callback: () => void): void {
    const timer = this.#host.clock.startTimer(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
  }
}
