import type { Seams } from "./attempt.ts";
import { Client } from "./client.ts";
import { type ClientOptions, settingsOf } from "./options.ts";

/**
 * Opens a link and logs in. A client package's `connect` calls this with its own seams.
 * @throws {OpenDError} `OPEND_CONNECT_FAILED`, `OPEND_NOT_OPEND`, `OPEND_LOGIN_FAILED`, `OPEND_ABORTED` or
 * `OPEND_INVALID_ARGUMENT`.
 */
export async function connectSession(seams: Seams, options: ClientOptions = {}): Promise<Client> {
  const client = new Client(seams, settingsOf(options), options);
  await client.connected(options.signal, seams.transport.address);
  return client;
}
