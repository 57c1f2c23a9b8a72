// The part of the vendor's client that these tests use. The package has no types.
declare module "futu-api" {
  // biome-ignore lint/suspicious/noExplicitAny: the vendor tells nothing of it
  export type Reply = { retType: number; retMsg: string; errCode: number; s2c: any };

  export const ftCmdID: Readonly<Record<string, { readonly cmd: number }>>;

  export default class ftWebsocket {
    onlogin: (ok: boolean, message: unknown) => void;
    onPush: (cmd: number, message: Reply) => void;
    start(host: string, port: number, ssl: boolean, key: string): void;
    stop(): void;
    getConnID(): unknown;
    GetGlobalState(request: object): Promise<Reply>;
    GetUserSecurityGroup(request: object): Promise<Reply>;
    GetUserSecurity(request: object): Promise<Reply>;
    ModifyUserSecurity(request: object): Promise<Reply>;
    Sub(request: object): Promise<Reply>;
    GetSubInfo(request: object): Promise<Reply>;
    GetBasicQot(request: object): Promise<Reply>;
    GetAccList(request: object): Promise<Reply>;
    UnlockTrade(request: object): Promise<Reply>;
    SubAccPush(request: object): Promise<Reply>;
    GetFunds(request: object): Promise<Reply>;
    GetPositionList(request: object): Promise<Reply>;
    GetMaxTrdQtys(request: object): Promise<Reply>;
    GetOrderList(request: object): Promise<Reply>;
    PlaceOrder(request: object): Promise<Reply>;
    GetOrderFillList(request: object): Promise<Reply>;
    GetHistoryOrderList(request: object): Promise<Reply>;
    GetHistoryOrderFillList(request: object): Promise<Reply>;
    GetMarginRatio(request: object): Promise<Reply>;
    GetFlowSummary(request: object): Promise<Reply>;
    GetKL(request: object): Promise<Reply>;
    GetRT(request: object): Promise<Reply>;
    GetTicker(request: object): Promise<Reply>;
    GetOrderBook(request: object): Promise<Reply>;
    GetBroker(request: object): Promise<Reply>;
    RequestHistoryKL(request: object): Promise<Reply>;
    readonly websock: { close(): void } | null;
  }
}
