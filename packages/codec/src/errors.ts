/**
 * What a failed call may have done at the other side.
 * - `not-sent`: nothing left this process; repeating is safe.
 * - `rejected`: the other side answered that it did not do it.
 * - `unknown`: it may or may not have been done; look before repeating a write.
 */
export type Outcome = "not-sent" | "rejected" | "unknown";

/** What an error of any Tickwire package carries beside its message. */
export interface TickwireErrorInit {
  readonly outcome?: Outcome;
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * The base of every error that a Tickwire package throws or rejects with. Decide by {@link TickwireError.code}, which is
 * stable; the message is for people and may get better. The code stands in front of the message as well, because logs and
 * developer tools often show only that.
 *
 * `instanceof` works across copies of the package: it looks at a brand, not at the prototype.
 */
export class TickwireError extends Error {
  override readonly name: string = "TickwireError";
  /** Stable, for programs. */
  readonly code: string;
  readonly outcome: Outcome;
  /** True when the same call may succeed later, unchanged, and repeating it cannot do harm. */
  readonly retryable: boolean;

  constructor(code: string, message: string, init: TickwireErrorInit = {}) {
    super(`[${code}] ${message}`, init.cause === undefined ? undefined : { cause: init.cause });
    this.code = code;
    this.outcome = init.outcome ?? "not-sent";
    this.retryable = init.retryable ?? false;
  }

  /** What a log may hold of it: plain data, 64-bit integers as strings, the cause as its message. */
  toJSON(): Record<string, unknown> {
    const json: Record<string, unknown> = { name: this.name, message: this.message };
    for (const [key, value] of Object.entries(this)) {
      if (value === undefined || key === "name") continue;
      json[key] = typeof value === "bigint" ? String(value) : value;
    }
    if (this.cause !== undefined) json["cause"] = this.cause instanceof Error ? this.cause.message : String(this.cause);
    return json;
  }

  static {
    brand(TickwireError, "TickwireError");
  }
}

/** Gives a class of errors its brand and makes `instanceof` look at it. Call it in a static block of the class. */
export function brand(type: { readonly prototype: object }, name: string): void {
  const symbol = Symbol.for(`@tickwire/${name}`);
  Object.defineProperty(type.prototype, symbol, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, candidate: unknown): boolean {
      // A subclass that somebody derives has no brand of its own.
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this as () => void, candidate);
      return typeof candidate === "object" && candidate !== null && symbol in candidate;
    },
  });
}

/**
 * Codes of {@link CodecError}.
 * - `CODEC_MISSING_REQUIRED`: a required field is absent, from a message to encode or from received bytes.
 * - `CODEC_INVALID_VALUE`: a value to encode, or of a JSON body, has the wrong type or is out of the field's range.
 * - `CODEC_MALFORMED`: received bytes are not a message of the expected type.
 * - `CODEC_FRAME_MAGIC`: a frame does not start with the protocol's sign; the peer is something else, or the stream is lost.
 * - `CODEC_FRAME_TOO_LARGE`: a frame announces more bytes than the cap allows.
 * - `CODEC_FRAME_SHA1`: a frame's body does not have the SHA-1 that its header tells.
 * - `CODEC_FRAME_CIPHER`: a frame's body cannot be decrypted: it was encrypted with another key or not at all, or damaged.
 * - `CODEC_FRAME_TRUNCATED`: a WebSocket message is shorter than its header.
 */
export type CodecErrorCode =
  | "CODEC_MISSING_REQUIRED"
  | "CODEC_INVALID_VALUE"
  | "CODEC_MALFORMED"
  | "CODEC_FRAME_MAGIC"
  | "CODEC_FRAME_TOO_LARGE"
  | "CODEC_FRAME_SHA1"
  | "CODEC_FRAME_CIPHER"
  | "CODEC_FRAME_TRUNCATED";

/** Bytes that cannot be read, or a message that cannot be written. */
export class CodecError extends TickwireError {
  override readonly name = "CodecError";
  declare readonly code: CodecErrorCode;
  /** Full name of the outermost message, for example `Qot_ModifyUserSecurity.Request`. Undefined for frames. */
  messageType?: string;
  /** Where in it, for example `c2s.securityList[2].code`; several when several required fields are missing. */
  paths: readonly string[];
  readonly #problem: string;

  constructor(code: CodecErrorCode, problem: string, paths: readonly string[] = []) {
    super(code, problem);
    this.#problem = problem;
    this.paths = paths;
  }

  /** Adds the next outer step to the paths, while the error travels out of nested messages. */
  locate(messageType: string, field: string, index: number): void {
    const step = index < 0 ? field : `${field}[${index}]`;
    if (step !== "") this.paths = this.paths.length > 0 ? this.paths.map((path) => `${step}.${path}`) : [step];
    this.messageType = messageType;
    const where = this.paths.length > 0 ? `${messageType}: ${this.paths.join(", ")}` : messageType;
    const before = this.message;
    this.message = `[${this.code}] ${where}: ${this.#problem}`;
    // V8 writes the message into the stack when the error is made, and Node prints the stack.
    if (this.stack?.includes(before) === true) this.stack = this.stack.replace(before, () => this.message);
  }

  static {
    brand(CodecError, "CodecError");
  }
}
