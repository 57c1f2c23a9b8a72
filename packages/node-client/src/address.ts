import { OpenDError } from "@tickwire/session";

/** OpenD's API port unless it was changed. */
const DEFAULT_PORT = 11_111;

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `tcp://host:port`, `host:port` or `host`; an IPv6 host stands in brackets.
 * @throws {OpenDError} `OPEND_INVALID_ARGUMENT`.
 */
export function parseAddress(text: string): Address {
  // What may carry a secret is not repeated.
  const named = /[@?#]/.test(text) ? "this" : JSON.stringify(text);
  const refuse = (why: string) => new OpenDError("OPEND_INVALID_ARGUMENT", `${named} is not an address: ${why}`);
  if (/^wss?:/i.test(text)) throw refuse("this client speaks TCP; for ws:// and wss:// use @tickwire/web-client");
  let url: URL;
  try {
    // The scheme stands in for tcp, of which URL does not know that a host follows.
    url = new URL(text.replace(/^(tcp:\/\/)?/i, "http://"));
  } catch {
    throw refuse('write it as "tcp://127.0.0.1:11111"');
  }
  if (url.username !== "" || url.password !== "") throw refuse("a secret does not belong into an address");
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") throw refuse('write it as "tcp://127.0.0.1:11111"');
  // URL leaves out a port 80, because it is the default one of http.
  const port = /:0*80\/?$/.test(text) ? 80 : Number(url.port || DEFAULT_PORT);
  if (port === 0) throw refuse("the port must be from 1 to 65535");
  return { host: url.hostname.replace(/^\[|\]$/g, ""), port };
}
