// The clients that are measured, behind one face.
import {
  type Client,
  connect as connectTcp,
  formatSymbol,
  GroupType,
  type NodeClientOptions,
  QotGetUserSecurityGroup,
  QotUpdateBasicQot,
  SubType,
} from "@tickwire/node-client";
import { connect as connectWs } from "@tickwire/web-client";
import { SECURITIES } from "./securities.ts";

/** A connected client. */
export interface Driver {
  /** The connection's id, as its gateway gave it. */
  readonly connId: string;
  /** One request for the groups; resolves to their number. */
  request(): Promise<number>;
}

/** Takes the current price of each push. */
export type OnPrice = (price: number | undefined) => void;

/** Connects, logs in and subscribes. */
export type Connect = (url: string, onPrice: OnPrice, onProblem: (error: unknown) => void) => Promise<Driver>;

/** The vendor's client, over WebSocket, the only one it speaks. */
const futu: Connect = async (url, onPrice) => {
  // It reports every step to the console.
  console.debug = () => undefined;
  const { default: FtWebsocket } = await import("futu-api");
  const client = new FtWebsocket();
  const { hostname, port } = new URL(url);
  await new Promise<void>((resolve, reject) => {
    client.onlogin = (ok, message) => (ok ? resolve() : reject(new Error(`futu-api could not log in: ${message}`)));
    client.start(hostname, Number(port), false, "");
  });
  client.onPush = (_, message) => onPrice(message.s2c.basicQotList?.[0]?.curPrice);
  const subscription = { securityList: SECURITIES, subTypeList: [SubType.Basic] };
  await client.Sub({ c2s: { ...subscription, isSubOrUnSub: true, isRegOrUnRegPush: true } });
  return {
    connId: String(client.getConnID()),
    async request() {
      const { s2c } = await client.GetUserSecurityGroup({ c2s: { groupType: GroupType.All } });
      return s2c.groupList?.length ?? 0;
    },
  };
};

// The rate limit is OpenD's; the gateway of this benchmark has none.
const { limit: _, ...unlimitedGroups } = QotGetUserSecurityGroup;

async function drive(client: Client, onPrice: OnPrice, onProblem: (error: unknown) => void): Promise<Driver> {
  client.on("warning", onProblem);
  await client.subscribe(
    QotUpdateBasicQot,
    { securities: SECURITIES.map(formatSymbol), subTypes: [SubType.Basic] },
    { onMessage: ({ basicQotList }) => onPrice(basicQotList[0]?.curPrice) },
  );
  const status = client.status();
  return {
    connId: status.state === "ready" ? String(status.connId) : "",
    async request() {
      return (await client.request(unlimitedGroups, { groupType: GroupType.All })).groupList.length;
    },
  };
}

/** `verifyBodies: false` where the client has it; a client that does not know the option goes on verifying. */
const unverified: NodeClientOptions & { readonly verifyBodies: boolean } = { verifyBodies: false };

export const drivers = {
  futu,
  ws: async (url, ...on) => drive(await connectWs(url), ...on),
  tcp: async (url, ...on) => drive(await connectTcp(url), ...on),
  "tcp-unverified": async (url, ...on) => drive(await connectTcp(url, unverified), ...on),
} satisfies Record<string, Connect>;

export type DriverName = keyof typeof drivers;
