// What a client and the fake say to each other, recorded frame by frame: the real thing that is then damaged.
import {
  type Client,
  connectSession,
  type Dialect,
  GetGlobalState,
  KeepAlive,
  ModifyUserSecurityOp,
  Notify,
  NotifyType,
  QotGetBasicQot,
  QotGetSubInfo,
  QotGetUserSecurity,
  QotGetUserSecurityGroup,
  QotModifyUserSecurity,
  QotSub,
  SubType,
  sha1,
  type Transport,
  tcpWire,
  type WireFactory,
  wsWire,
} from "@tickwire/session";
import { FakeOpenD, memoryTransport, VirtualClock } from "@tickwire/testkit";

export interface Traffic {
  readonly dialect: Dialect;
  /** Client to gateway: the login first. */
  readonly requests: readonly Uint8Array[];
  /** Gateway to client: the reply to the login first, the replies to `askAll`, pushes. */
  readonly replies: readonly Uint8Array[];
}

export const wires: Readonly<Record<Dialect, WireFactory>> = { tcp: tcpWire(sha1), ws: wsWire() };

const security = { market: 1, code: "00700" };

/** Asks everything that the fake has an answer to, at once and always in the same order. */
export function askAll(client: Client, dialect: Dialect): Promise<unknown>[] {
  const to = { securityList: [security], subTypeList: [SubType.Basic], isSubOrUnSub: true, isRegOrUnRegPush: true };
  const change = { groupName: "C", op: ModifyUserSecurityOp.Add, securityList: [security] };
  return [
    client.request(GetGlobalState, { userID: 0n }),
    client.request(QotGetUserSecurityGroup, { groupType: 3 }),
    client.request(QotGetUserSecurity, { groupName: "All" }),
    client.request(QotModifyUserSecurity, change),
    client.request(QotSub, to),
    client.request(QotGetSubInfo, {}),
    client.request(QotGetBasicQot, { securityList: [security] }),
    ...(dialect === "tcp" ? [client.request(KeepAlive, { time: 1n })] : []),
  ];
}

/** Lets them talk, and notes each frame. */
export async function record(dialect: Dialect): Promise<Traffic> {
  const clock = new VirtualClock();
  const opend = new FakeOpenD({ clock });
  const requests: Uint8Array[] = [];
  const replies: Uint8Array[] = [];
  const inner = memoryTransport(opend, dialect);
  const transport: Transport = {
    ...inner,
    async open(events, signal) {
      const data = (bytes: Uint8Array) => {
        replies.push(bytes.slice());
        events.data(bytes);
      };
      const link = await inner.open(
        { data, drain: () => events.drain(), closed: (cause) => events.closed(cause) },
        signal,
      );
      const write = (bytes: Uint8Array) => {
        requests.push(bytes.slice());
        return link.write(bytes);
      };
      return { write, close: () => link.close() };
    },
  };
  const client = await connectSession({ transport, clock, wire: wires[dialect] });
  await Promise.all(askAll(client, dialect));
  await clock.advance(1000);
  opend.push(Notify, { type: NotifyType.UsedQuota, usedQuota: { usedSubQuota: 1 } });
  await clock.advance(0);
  await client.close();
  opend.close();
  return { dialect, requests, replies };
}
