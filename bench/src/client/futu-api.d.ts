// The part of the vendor's client that this benchmark drives. The package has no types.
declare module "futu-api" {
  export interface Reply {
    s2c: { basicQotList?: { curPrice: number }[]; groupList?: unknown[] };
  }

  export default class FtWebsocket {
    onlogin: (ok: boolean, message: unknown) => void;
    onPush: (cmd: number, message: Reply) => void;
    start(host: string, port: number, ssl: boolean, key: string): void;
    getConnID(): unknown;
    Sub(request: object): Promise<Reply>;
    GetUserSecurityGroup(request: object): Promise<Reply>;
  }
}
