import { PacketStatus } from "@tickwire/codec/longport";

/** A refusal on the quote socket: a status that is not 0, and the error in the body. */
export interface SocketRefusal {
  readonly status: number;
  /** The service's number. */
  readonly code: number;
  readonly message: string;
}

/** What a request gets, the content of a success or a refusal; and what shall happen once it was sent. */
export type SocketReply = ({ readonly content: object } | SocketRefusal) & { readonly afterwards?: () => void };

/** A refusal with a number of the service's. */
export function socketRefusal(status: number, code: number, message: string): SocketRefusal {
  return { status, code, message };
}

/** The refusal of a request that makes no sense. */
export function invalidRequest(message: string): SocketRefusal {
  return socketRefusal(PacketStatus.BadRequest, 301_600, message);
}
