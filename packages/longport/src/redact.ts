/** Takes secrets out of a text that comes from outside: servers and proxies repeat what they were sent. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // Placeholders such as "s" are no secrets, and stand in every other word.
  const long = secrets.filter((secret) => secret.length >= 8);
  return (text) => long.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}

/**
 * A new error with the name, the message and the `code` of this one, and its causes likewise. Never the error itself: what
 * wraps `fetch` hangs the request with its headers on it, under any name.
 */
export function withoutSecrets(error: unknown, redact: (text: string) => string, causes: number = MAX_CAUSES): Error {
  const { name, message, code, cause } = fieldsOfError(error);
  const hasCause = cause !== undefined && cause !== null && causes > 0;
  const clean = new Error(redact(message), hasCause ? { cause: withoutSecrets(cause, redact, causes - 1) } : undefined);
  // Where errors have it, so that it is not printed twice.
  Object.defineProperty(clean, "name", { value: redact(name), configurable: true, writable: true });
  const safeCode = typeof code === "string" ? redact(code) : code;
  return typeof safeCode === "string" || typeof safeCode === "number"
    ? Object.assign(clean, { code: safeCode })
    : clean;
}

/** The `code` of an error and of its causes, such as `ECONNREFUSED`. */
export function codesOf(error: unknown, causes: number = MAX_CAUSES): readonly unknown[] {
  if (error === undefined || error === null) return [];
  const { code, cause } = fieldsOfError(error);
  return causes === 0 ? [code] : [code, ...codesOf(cause, causes - 1)];
}

/** Causes may go in a circle. */
const MAX_CAUSES = 8;

interface ErrorFields {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/** Anything can be thrown. */
function fieldsOfError(error: unknown): ErrorFields {
  if (typeof error !== "object" || error === null)
    return { name: "Error", message: typeof error === "function" ? "a function was thrown" : String(error) };
  const { name, message, code, cause } = error as Record<string, unknown>;
  return {
    name: typeof name === "string" ? name : "Error",
    message: typeof message === "string" ? message : "an object was thrown",
    code,
    cause,
  };
}
