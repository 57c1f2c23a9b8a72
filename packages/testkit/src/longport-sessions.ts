import { PacketStatus } from "@tickwire/codec/longport";
import type { Clock } from "@tickwire/session";
import { type SocketRefusal, socketRefusal } from "./longport-socket-reply.ts";

/** What the sessions depend on. */
export interface LongPortSessionsInit {
  readonly clock: Clock;
  readonly maxConnections: number;
  readonly tokenLifeMs: number;
  readonly sessionLifeMs: number;
}

interface Session<Holder> {
  readonly id: string;
  expiresUnixMs: number;
  /** The connection that it is used on. */
  holder: Holder | undefined;
}

/** The answer to both ways of beginning; fits AuthResponse and ReconnectResponse. */
export interface SessionGrant {
  readonly sessionId: string;
  /** Unix milliseconds. */
  readonly expires: bigint;
  readonly limit: number;
  readonly online: number;
}

/** One-time tokens, and the sessions that begin with them and can be taken up on other connections. */
export class LongPortSessions<Holder extends object> {
  readonly #init: LongPortSessionsInit;
  /** When each token that was not used yet ends, in Unix milliseconds. */
  readonly #tokens = new Map<string, number>();
  readonly #sessions = new Map<string, Session<Holder>>();
  #tokenCount = 0;
  #sessionCount = 0;

  constructor(init: LongPortSessionsInit) {
    this.#init = init;
  }

  get limit(): number {
    return this.#init.maxConnections;
  }

  /** Connections that have a session. */
  get online(): number {
    return [...this.#sessions.values()].filter(({ holder }) => holder !== undefined).length;
  }

  /** A token that begins one session. */
  newToken(): string {
    this.#forgetEnded();
    const token = `fake-otp-${++this.#tokenCount}`;
    this.#tokens.set(token, this.#init.clock.unixMs() + this.#init.tokenLifeMs);
    return token;
  }

  /** Begins a session; whatever comes of it, the token is used up. */
  begin(token: string, holder: Holder): SessionGrant | SocketRefusal {
    this.#forgetEnded();
    const isKnown = this.#tokens.delete(token);
    if (!isKnown) return unauthenticated("the token is unknown, was used before or has ended");
    if (this.online >= this.limit) return this.#tooMany();
    const session: Session<Holder> = { id: `fake-session-${++this.#sessionCount}`, expiresUnixMs: 0, holder };
    this.#sessions.set(session.id, session);
    return this.#grant(session);
  }

  /** Takes a session up; a connection that still has it loses it, and comes back as `replaced`. */
  resume(id: string, holder: Holder): SocketRefusal | { readonly grant: SessionGrant; readonly replaced?: Holder } {
    this.#forgetEnded();
    const session = this.#sessions.get(id);
    if (session === undefined) return unauthenticated("the session is unknown or has ended");
    const replaced = session.holder;
    if (replaced === undefined && this.online >= this.limit) return this.#tooMany();
    session.holder = holder;
    return { grant: this.#grant(session), ...(replaced !== undefined && { replaced }) };
  }

  /** A connection has ended; its session can be taken up. */
  leave(holder: Holder): void {
    for (const session of this.#sessions.values()) if (session.holder === holder) session.holder = undefined;
  }

  /** Ends the session of a connection for good. */
  end(holder: Holder): void {
    for (const [id, session] of this.#sessions) if (session.holder === holder) this.#sessions.delete(id);
  }

  /** Ends all of them for good, and gives the connections that had one. */
  endAll(): readonly Holder[] {
    const holders = [...this.#sessions.values()].flatMap(({ holder }) => holder ?? []);
    this.#sessions.clear();
    return holders;
  }

  #grant(session: Session<Holder>): SessionGrant {
    session.expiresUnixMs = this.#init.clock.unixMs() + this.#init.sessionLifeMs;
    const expires = BigInt(Math.floor(session.expiresUnixMs));
    return { sessionId: session.id, expires, limit: this.limit, online: this.online };
  }

  #tooMany(): SocketRefusal {
    const words = `connections limitation is hit, limit = ${this.limit}, online = ${this.online}`;
    return socketRefusal(PacketStatus.PermissionDenied, 403, words);
  }

  #forgetEnded(): void {
    const now = this.#init.clock.unixMs();
    for (const [token, endsUnixMs] of this.#tokens) if (now >= endsUnixMs) this.#tokens.delete(token);
    for (const [id, { expiresUnixMs }] of this.#sessions) if (now >= expiresUnixMs) this.#sessions.delete(id);
  }
}

/** Which code the service has for it is not known. */
const unauthenticated = (words: string): SocketRefusal => socketRefusal(PacketStatus.Unauthenticated, 401, words);
