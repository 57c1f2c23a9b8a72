import {
  GetGlobalState,
  type GtwEvent,
  Notify,
  type NotifyQotRight,
  type NotifyS2C,
  type ProgramStatus,
} from "@tickwire/codec";
import type { Client } from "./client.ts";
import { streamError } from "./errors.ts";
import { type BufferedStream, pushStream } from "./push-stream.ts";

/** What OpenD has told of itself; a field is undefined as long as it has told nothing about it on this connection. */
export interface GatewayState {
  /** Whether OpenD is logged in to the servers for quotes. Without that it answers no quote. */
  readonly quotesLoggedIn?: boolean | undefined;
  /** Whether OpenD is logged in to the servers for trading. */
  readonly tradeLoggedIn?: boolean | undefined;
  /** OpenD's version, major * 100 + minor: 1011 is 10.11. */
  readonly serverVersion?: number | undefined;
  /** What OpenD is doing, such as waiting for a verification code. */
  readonly programStatus?: ProgramStatus | undefined;
  /** The account's right to quotes, per market. OpenD tells it when it changes, and may not tell it before. */
  readonly quoteRights?: NotifyQotRight | undefined;
  /** The last event, such as a login from elsewhere. */
  readonly event?: GtwEvent | undefined;
}

/** Follows what OpenD tells of itself. Iterating gives the state now and after each change; the newest counts. */
export interface GatewayWatch extends BufferedStream<GatewayState> {
  /** What is known now. */
  readonly state: GatewayState;
}

/**
 * Follows OpenD's own state: whether it is logged in, and which quotes the account may see. It asks GetGlobalState (1002)
 * now and on every new connection, and listens to Notify (1003). An OpenD that is not logged in accepts connections all the
 * same, and refuses what one asks; this tells why.
 *
 * ```ts
 * await using gateway = await watchGateway(client);
 * if (gateway.state.quotesLoggedIn === false) console.warn("OpenD is not logged in");
 * ```
 * @throws {OpenDError} what a request throws, when OpenD does not tell its state.
 */
export async function watchGateway(client: Client): Promise<GatewayWatch> {
  let state: GatewayState = {};
  let isOpen = true;
  /** What notifications told since it was asked. They are newer than the answer, or say the same. */
  let noticed: GatewayState = {};
  const states = pushStream<GatewayState>(
    {
      buffer: 1,
      overflow: "drop-oldest",
      release() {
        isOpen = false;
        status[Symbol.dispose]();
        void notifications.close();
      },
    },
    streamError,
  );
  const learn = (news: GatewayState) => {
    state = { ...state, ...news };
    states.push(state);
  };
  const ask = async () => {
    noticed = {};
    const { qotLogined, trdLogined, serverVer, programStatus } = await client.request(GetGlobalState, { userID: 0n });
    if (!isOpen) return;
    const told = { quotesLoggedIn: qotLogined, tradeLoggedIn: trdLogined, serverVersion: serverVer };
    learn({ ...told, ...(programStatus !== undefined && { programStatus }), ...noticed });
  };
  const notifications = client.pushes(Notify, {
    onMessage(message) {
      const news = newsOf(message);
      noticed = { ...noticed, ...news };
      learn(news);
    },
  });
  const status = client.on("status", ({ state: now }) => {
    if (now === "closed") states.end();
    else if (now === "reconnecting")
      learn({ quotesLoggedIn: undefined, tradeLoggedIn: undefined, programStatus: undefined });
    // What cannot be asked now is asked on the next connection.
    else ask().catch(() => undefined);
  });
  try {
    await ask();
  } catch (error) {
    await states.close();
    throw error;
  }
  return Object.defineProperty(states, "state", { get: () => state }) as unknown as GatewayWatch;
}

function newsOf({ connectStatus, programStatus, qotRight, event }: NotifyS2C): GatewayState {
  return {
    ...(connectStatus && { quotesLoggedIn: connectStatus.qotLogined, tradeLoggedIn: connectStatus.trdLogined }),
    ...(programStatus && { programStatus: programStatus.programStatus }),
    ...(qotRight && { quoteRights: qotRight }),
    ...(event && { event }),
  };
}
