// What the vendor's Python client sends gets through to the program `tickwire-fake`: plain, in JSON, with RSA and AES_CBC.
import { type ChildProcess, fork } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pythonClient } from "./testing/python-client.ts";

const folder = mkdtempSync(join(tmpdir(), "tickwire-rsa-"));
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
const rsaKey = privateKey.export({ type: "pkcs1", format: "pem" }) as string;
const program = join(dirname(createRequire(import.meta.url).resolve("@tickwire/testkit/package.json")), "dist/fake.js");
let fake: ChildProcess;
let address: { host: string; port: number };

beforeAll(async () => {
  const file = join(folder, "key.pem");
  writeFileSync(file, rsaKey);
  const args = ["--port", "0", "--ws-port", "0", "--quote-interval-ms", "20", "--rsa", file];
  fake = fork(program, args, { stdio: ["ignore", "pipe", "ignore", "ipc"] });
  const [line] = (await once(fake.stdout!.setEncoding("utf8"), "data")) as [string];
  address = (JSON.parse(line) as { tcp: typeof address }).tcp;
});
afterAll(async () => {
  fake.kill();
  await once(fake, "exit");
  rmSync(folder, { recursive: true });
});

describe.each([{ isJson: false }, { isJson: true }])("JSON: $isJson", ({ isJson }) => {
  test.each<[what: string, options: { rsaKey?: string; isEncrypt: boolean }]>([
    ["plain", { isEncrypt: false }],
    ["with RSA and AES_CBC", { rsaKey, isEncrypt: true }],
    ["with an RSA file but no encryption", { rsaKey, isEncrypt: false }],
  ])("%s", async (_, options) => {
    const client = await pythonClient({ ...address, ...options, isJson });
    const { s2c: hello } = client.hello;
    expect([hello.connAESKey.length, hello.aesCBCiv?.length]).toEqual([16, options.isEncrypt ? 16 : undefined]);
    expect(BigInt(hello.connID)).toBeGreaterThan(2n ** 53n);

    const time = BigInt(Math.floor(Date.now() / 1000));
    expect(await client.ask("KeepAlive", { time })).toMatchObject({ retType: 0 });
    const state = await client.ask("GetGlobalState", { userID: BigInt(hello.loginUserID) });
    expect(BigInt(state.s2c.connID)).toBe(BigInt(hello.connID));
    expect(state.s2c.programStatus.type).toBe(10);

    const groups = await client.ask("Qot_GetUserSecurityGroup", { groupType: 3 });
    expect(groups.s2c.groupList).toHaveLength(13);
    const security = { market: 11, code: "FUTU" };
    const changed = { groupName: "C", op: 1, securityList: [security] };
    expect(await client.ask("Qot_ModifyUserSecurity", changed)).toMatchObject({ retType: 0 });
    const listed = await client.ask("Qot_GetUserSecurity", { groupName: "C" });
    expect(listed.s2c.staticInfoList.map(({ basic }: { basic: { name: string } }) => basic.name)).toContain(
      "Futu Holdings Limited",
    );
    expect(await client.ask("Qot_GetUserSecurity", { groupName: "not there" })).toMatchObject({ retType: -1 });

    const wanted = { securityList: [security], subTypeList: [1], isSubOrUnSub: true, isRegOrUnRegPush: true };
    expect(await client.ask("Qot_Sub", wanted)).toMatchObject({ retType: 0 });
    for (let i = 0; i < 3; i++)
      expect((await client.push(3005)).s2c.basicQotList[0]).toMatchObject({ security, curPrice: expect.any(Number) });

    // What a trade context sends at its start, and before each call.
    const userID = BigInt(hello.loginUserID);
    const accounts = await client.ask("Trd_GetAccList", { userID, trdCategory: 1, needGeneralSecAccount: true });
    const [account] = accounts.s2c.accList;
    const accID = BigInt(account.accID);
    expect(accID).toBe(281_756_000_000_000_001n);
    expect(await client.ask("Trd_SubAccPush", { accIDList: [accID] })).toMatchObject({ retType: 0 });
    const header = { trdEnv: account.trdEnv, accID, trdMarket: account.trdMarketAuthList[0] };
    const funds = await client.ask("Trd_GetFunds", { header, assetCategory: 0, currency: 1 });
    expect(BigInt(funds.s2c.header.accID)).toBe(accID);
    expect(funds.s2c.funds.totalAssets).toBeCloseTo(funds.s2c.funds.cash + funds.s2c.funds.marketVal);
    const filterConditions = { filterMarket: 0 };
    const positions = await client.ask("Trd_GetPositionList", { header, filterConditions, assetCategory: 0 });
    expect(positions.s2c.positionList.map(({ code }: { code: string }) => code)).toEqual(["00700", "FUTU"]);
    client.close();
  });
});
