import { brand, TickwireError, type TickwireErrorInit } from "@tickwire/codec";
import type { OpenDError } from "@tickwire/node-client";
import { similar } from "./similar.ts";

/** How the program ends; `tickwire --help` and the README tell them too. */
export const ExitCode = {
  Ok: 0,
  /** The broker refused, something failed, or what was looked at is not right. */
  Failed: 1,
  /** What was typed, or a setting, is wrong; nothing was sent. */
  Usage: 2,
  /** No connection, or the login was refused. */
  NoConnection: 3,
  /** Ctrl-C. */
  Interrupted: 130,
  /** Told to end (SIGTERM). */
  Terminated: 143,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * Codes of {@link CliError}.
 * - `CLI_USAGE`: what was typed is wrong.
 * - `CLI_CONFIG`: a setting is missing or wrong; the message says where it was found.
 * - `CLI_FILE`: a file cannot be read or written.
 */
export type CliErrorCode = "CLI_USAGE" | "CLI_CONFIG" | "CLI_FILE";

/** What went wrong before a broker was asked anything. */
export class CliError extends TickwireError {
  override readonly name = "CliError";
  declare readonly code: CliErrorCode;
  /** What to do about it, where the message does not say. */
  readonly fix: string | undefined;

  constructor(
    code: CliErrorCode,
    message: string,
    init: TickwireErrorInit & { readonly fix?: string | undefined } = {},
  ) {
    super(code, message, init);
    this.fix = init.fix;
  }

  static {
    brand(CliError, "CliError");
  }
}

/** The message without the code in front. */
export const rawMessage = (error: unknown): string => (error as Error).message.replace(/^\[\w+\] /, "");

const fileReasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "it is not allowed",
  EISDIR: "it is a folder",
};

/** Why the system cannot do something with a file. */
export function fileReason(error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return fileReasons[code] ?? (code || message);
}

/** The error for what was typed wrong. */
export const usage = (message: string, fix?: string): CliError => new CliError("CLI_USAGE", message, { fix });

const NO_CONNECTION =
  /^(OPEND_(CONNECT_FAILED|NOT_OPEND|LOGIN_FAILED|CONNECTION_LOST)|LONGPORT_(NETWORK|AUTH|CONNECTION_LIMIT|CONNECTION_LOST))$/;
const USAGE = /(^CLI_(USAGE|CONFIG)|_INVALID_ARGUMENT|LONGPORT_CONFIG|WATCHLIST_(UNSUPPORTED|BAD_FILE))$/;

/** The errors of a failure, outermost first. */
function* causes(error: unknown): Generator<TickwireError> {
  for (let each = error; each instanceof TickwireError; each = each.cause) yield each;
}

/** The exit code of a failure. */
export function exitCodeOf(error: unknown): ExitCode {
  for (const { code } of causes(error)) {
    if (NO_CONNECTION.test(code)) return ExitCode.NoConnection;
    if (USAGE.test(code)) return ExitCode.Usage;
  }
  return ExitCode.Failed;
}

/** A failure as it is shown: without a stack, and with what to do about it. */
export interface Shown {
  readonly code: string;
  readonly message: string;
  readonly fix?: string | undefined;
}

/** What is shown of a failure. */
export function shown(error: unknown): Shown {
  if (!(error instanceof TickwireError))
    return {
      code: "CLI_BUG",
      message: error instanceof Error ? error.message : String(error),
      fix: "this is a mistake in tickwire: please report it, with the command that you typed",
    };
  // A message may quote the one below it, with its code; and the libraries' options have other names here.
  const message = error.message
    .replace(/\[[A-Z]+_[A-Z0-9_]+\] /g, "")
    .replaceAll("rsaPrivateKey", "--rsa-key")
    .replaceAll("websocketKey", "TICKWIRE_WEBSOCKET_KEY")
    .replaceAll("baseUrl", "LONGPORT_HTTP_URL");
  return { code: error.code, message, fix: fixOf(error) };
}

function fixOf(error: TickwireError): string | undefined {
  for (const each of causes(error)) {
    const fix = each instanceof CliError ? each.fix : fixes[each.code]?.(each);
    if (fix !== undefined) return fix;
  }
  return error.outcome === "unknown"
    ? "it may have been done all the same: look before you repeat it"
    : error.retryable
      ? "try again"
      : undefined;
}

/** By OpenD's reasons. */
const refusals: Readonly<Record<string, string>> = {
  "rate-limit": "wait half a minute: OpenD counts over all programs and commands",
  quota: "end other programs that subscribe, and wait a minute; `tickwire doctor` shows the quota",
  "newer-than-gateway": "update OpenD",
  "upstream-timeout": "`tickwire doctor` shows whether OpenD is logged in",
};

const doctor = (): string => "`tickwire doctor` finds out why";

/** What the libraries' messages leave out, because it is about this program. */
const fixes: Readonly<Record<string, (error: TickwireError) => string | undefined>> = {
  OPEND_CONNECT_FAILED: doctor,
  OPEND_NOT_OPEND: doctor,
  OPEND_LOGIN_FAILED: doctor,
  LONGPORT_NETWORK: () => "`tickwire doctor --broker longport` finds out why",
  LONGPORT_AUTH: () => "`tickwire doctor --broker longport` looks at keys, token and clock",
  LONGPORT_CONNECTION_LIMIT: () => "end another program that has a quote connection",
  OPEND_TIMEOUT: () => "`tickwire doctor` looks at OpenD's state; --timeout gives it more time",
  OPEND_SERVER: (error) => refusals[(error as OpenDError).reason ?? ""],
  OPEND_PACING: () => "wait, or give it more time with --timeout",
  WATCHLIST_NO_GROUP: (error) => {
    const [wrong = "", ...known] = [...error.message.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) =>
      String(JSON.parse(text)),
    );
    const match = similar(wrong, known);
    return match === undefined
      ? "`tickwire groups` lists them; sync and import make one at LongPort with --create"
      : `did you mean ${JSON.stringify(match)}?`;
  },
  WATCHLIST_CANNOT: ({ message }) =>
    /OpenD/.test(message)
      ? "from here, groups of LongPort can be changed: put longport: in front of the name"
      : undefined,
  WATCHLIST_READ_ONLY: () => "`tickwire groups` shows which ones can be changed",
};
