/** Takes secrets out of a text that comes from outside: servers and proxies repeat what they were sent. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  // Placeholders such as "s" are no secrets, and stand in every other word.
  const long = secrets.filter((secret) => secret.length >= 8);
  return (text) => long.reduce((rest, secret) => rest.replaceAll(secret, "…"), text);
}

/** The error itself; where it or a cause of it tells a secret, another one that does not. */
export function withoutSecrets(error: unknown, redact: (text: string) => string): unknown {
  const text = chainOf(error);
  return redact(text) === text ? error : new Error(redact(error instanceof Error ? error.message : String(error)));
}

/** What printing an error would show, with so many of its causes. */
function chainOf(error: unknown, causes = 8): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.message}\n${error.stack}\n${causes === 0 ? "" : chainOf(error.cause, causes - 1)}`;
}
