import { type MessageInit, RetType } from "@tickwire/session";

/** A whole reply, for handlers that refuse: the `Response` message that the wire has, with lists that may be left out. */
export interface ReplyInit<S2C, Content = MessageInit<S2C>> {
  /** 0 is success; -1 is what OpenD says to refuse. */
  readonly retType: RetType;
  /** The reason, for people. Default empty, as OpenD sends it on success. */
  readonly retMsg?: string;
  /** For the vendor's logs. Default 0. */
  readonly errCode?: number;
  /** The content. Absent, it is left out of the reply, which clients have to read as an empty one. */
  readonly s2c?: Content | undefined;
}

/** A success. Without content the reply has none, as OpenD's to a modified watchlist (3214). */
export function succeed<S2C>(s2c?: MessageInit<S2C>): ReplyInit<S2C> {
  return { retType: RetType.Succeed, s2c };
}

/** A refusal with its reason; -1 unless told otherwise. */
export function refuse(retMsg: string, retType: RetType = RetType.Failed): ReplyInit<never> {
  return { retType, retMsg };
}

/** A handler may give any promise-like, also one of another realm. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}
