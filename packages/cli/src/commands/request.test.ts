import { enumName, GetGlobalState, QotMarket } from "@tickwire/codec";
import { type ProtocolCodec, protocols } from "@tickwire/codec/registry";
import { describe, expect, test } from "vitest";
import { readContent } from "../request-json.ts";
import { loadSchema } from "../schema.ts";
import { cli } from "../testing/cli.ts";

const schema = await loadSchema();

test("the schema has every protocol of the registry", () => {
  expect(schema.protocols).toHaveLength(177);
  expect(Object.fromEntries(schema.protocols.map(({ id, name }) => [id, name]))).toEqual(
    Object.fromEntries([...protocols.values()].map(({ protocol }) => [protocol.id, protocol.name])),
  );
});

describe("--help", () => {
  test("lists all protocols", async () => {
    const { code, out } = await cli().run(["request", "--help"]);
    expect(code).toBe(0);
    expect(out.match(/^ *\d+ {2}\w+ +(request|push|internal) /gm)).toHaveLength(177);
    expect(JSON.parse((await cli().run(["request", "--json"])).out)).toHaveLength(177);
  });

  test.each(["Qot_GetUserSecurityGroup", "Qot_RequestHistoryKL"])("tells the limit of %s once", async (protocol) => {
    const { out } = await cli().run(["request", protocol, "--help"]);
    expect(out.match(/at most \d+ (requests|in)/gi)).toHaveLength(1);
  });

  test("shows fields, types, what is required, and the values of enums", async () => {
    const { code, out } = await cli().run(["request", "Qot_GetKL", "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}rehabType +RehabType +required +Price adjustment\.$/m);
    expect(out).toMatch(/^ {4}code +string +required +Code without a market prefix/m);
    expect(out).toMatch(/^ {2}KLType {2}Unknown 0, 1Min 1, Day 2, /m);
    expect(out).toContain(
      `tickwire request Qot_GetKL '{"rehabType":"Forward","klType":"1Min","security":"HK.00700","reqNum":1}'`,
    );
  });

  test.each(schema.protocols.map((protocol) => [protocol.name, protocol] as const))(
    "of %s, whose example can be sent",
    async (name, protocol) => {
      const { code, out, err } = await cli().run(["request", name, "--help"]);
      expect({ code, err }).toEqual({ code: 0, err: "" });
      const [, example] = /^ {2}tickwire request \w+ '(.*)'$/m.exec(out) ?? [];
      if (protocol.kind === "push") expect(example).toBeUndefined();
      else
        expect(readContent(schema, protocol, protocols.get(protocol.id) as ProtocolCodec, example ?? "")).toBeTypeOf(
          "object",
        );
      const json = JSON.parse((await cli().run(["request", String(protocol.id), "-h", "--json"])).out);
      expect(Object.keys(json.messages)).toContain(protocol.response);
    },
  );
});

describe("an answer", () => {
  test("is JSON; with --names enums have theirs", async () => {
    const { run } = cli();
    const { code, out } = await run(["request", "Qot_GetUserSecurity", '{"groupName":"some_group"}']);
    expect(code).toBe(0);
    const [first] = JSON.parse(out).staticInfoList;
    expect(first.basic).toMatchObject({
      id: "78103980495165",
      security: { market: QotMarket.US_Security, code: "FUTU" },
    });
    const named = await run(["request", "qotgetusersecurity", '{"c2s":{"groupName":"some_group"}}', "--names"]);
    expect(JSON.parse(named.out).staticInfoList[0].basic.security.market).toBe(
      enumName(QotMarket, QotMarket.US_Security),
    );
  });

  test("64-bit integers of the question stay exact, texts or not", async () => {
    const { run, opend } = cli();
    await run(["request", "GetGlobalState", '{"userID":9007199254740993}']);
    await run(["request", "1002", '{"userID":"9007199254740993"}']);
    await run(["request", "1002", "-"], { stdin: '{"userID":9007199254740993}' });
    expect(opend.requests.of(GetGlobalState).map(({ c2s }) => c2s)).toEqual(
      Array(3).fill({ userID: 9007199254740993n }),
    );
  });
});

const KL = '"rehabType":"None","klType":"Day","security":"HK.00700","reqNum":1';

describe("what is typed wrong names the path, and nothing is sent", () => {
  test.each([
    ["Qot_GetKl", `{${KL},"klTyp":1}`, "klTyp: Qot_GetKL.C2S has no such field", "did you mean klType?"],
    ["Qot_GetKL", `{${KL},"header":{"firm":1}}`, "header.firm: Qot_Common.QotHeader has no such field", undefined],
    ["Qot_GetKL", '{"klType":"KLType_Weak"}', 'klType: "KLType_Weak" is no KLType', "did you mean Week?"],
    [
      "Qot_GetKL",
      '{"klType":"Day"}',
      "rehabType, security, reqNum: required, but missing",
      "`tickwire request Qot_GetKL --help` shows its fields",
    ],
    ["Qot_GetKL", '{"security":{"market":"HK_Security"}}', "security.code: required, but missing", undefined],
    ["Qot_GetKL", `{${KL.replace("1", '"x"')}}`, "reqNum: must be an integer", undefined],
    ["Qot_GetKL", '{"security":"00700"}', "security: ", 'write Futu\'s own form, as "HK.00700"'],
    ["Qot_GetKL", "[]", "the content: expected an object, with the fields of Qot_GetKL.C2S", undefined],
    ["Qot_Sub", '{"securityList":"HK.00700"}', "securityList: expected a list", undefined],
    [
      "Qot_Sub",
      '{"securityList":["HK.00700"],"subTypeList":["Basic","Tikcer"]}',
      'subTypeList[1]: "Tikcer" is no SubType',
      "did you mean Ticker?",
    ],
    [
      "Qot_GetKL",
      "{security}",
      "the JSON cannot be read: ",
      "put it into single quotes, and names and texts in it into double ones",
    ],
    ["Qot_UpdateKL", "{}", "Qot_UpdateKL is a push: OpenD sends it unasked", "for quotes there is `tickwire watch`"],
    ["Trd_PlaceOrder", "{}", "Trd_PlaceOrder changes something at the broker", "--yes does it"],
    ["Qot_GetLines", "{}", 'there is no protocol "Qot_GetLines"', undefined],
  ])("%s %s", async (name, json, problem, fix) => {
    const { run, opend } = cli();
    const { code, out, err } = await run(["request", name, json]);
    expect({ code, out, requests: opend.requests.all.length }).toEqual({ code: 2, out: "", requests: 0 });
    expect(err).toContain(`error: ${problem}`);
    if (fix !== undefined) expect(err).toContain(`fix: ${fix}\n`);
  });
});

test("a refusal of OpenD's is told with its code", async () => {
  const { code, out, err } = await cli().run(["request", "Qot_GetUserSecurity", '{"groupName":"nope"}']);
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^error: Qot_GetUserSecurity #\d+: .*\[OPEND_SERVER\]/);
});

test("orders go out with --yes, with their packet id filled in", async () => {
  const { run, opend } = cli();
  const order =
    '{"header":{"trdEnv":"Simulate","accID":"1","trdMarket":"HK"},"trdSide":"Buy","orderType":"Normal","code":"00700","qty":100,"price":1}';
  await run(["request", "Trd_PlaceOrder", order, "--yes"]);
  const [request] = opend.requests.all.filter(({ protocol }) => protocol.name === "Trd_PlaceOrder");
  expect(request?.c2s).toMatchObject({
    code: "00700",
    header: { accID: 1n },
    packetID: { connID: expect.toSatisfy((id) => typeof id === "bigint" && id !== 0n) },
  });
});

test("JSON that cannot be read is not repeated: there may be a password in it", async () => {
  const { code, err } = await cli().run(["request", "Trd_UnlockTrade", '{"pwdMD5":c0ffee}', "--yes"]);
  expect(code).toBe(2);
  expect(err).toContain("the JSON cannot be read: Unexpected token 'c' is not valid JSON [CLI_USAGE]");
  expect(err).not.toContain("c0ffee");
});
