import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSettings, usualConfigFile } from "./config.ts";

let home: string;
const write = (content: unknown): void =>
  writeFileSync(
    join(home, ".config/tickwire/config.json"),
    typeof content === "string" ? content : JSON.stringify(content),
  );

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "tickwire-cli-"));
  mkdirSync(join(home, ".config/tickwire"), { recursive: true });
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

test("without anything it is Futu on this machine", async () => {
  expect(await readSettings({}, {}, "/nowhere")).toMatchObject({
    broker: "futu",
    timeoutMs: 40_000,
    configFile: undefined,
    opend: { address: "tcp://127.0.0.1:11111", websocketKey: undefined, rsaKeyFile: undefined },
  });
});

test("a flag goes before a variable, that before the file", async () => {
  write({
    broker: "longport",
    timeoutMs: 1,
    opend: { address: "file:1", websocketKey: "of the file", rsaKeyFile: "key.pem" },
  });
  const ofFile = await readSettings({}, {}, home);
  expect(ofFile).toMatchObject({
    broker: "longport",
    timeoutMs: 1,
    opend: { address: "tcp://file:1", websocketKey: "of the file" },
  });
  expect(ofFile.opend.rsaKeyFile).toBe(join(home, ".config/tickwire/key.pem"));
  expect(ofFile.configFile).toBe(join(home, ".config/tickwire/config.json"));

  const env = {
    TICKWIRE_BROKER: "moomoo",
    TICKWIRE_TIMEOUT_MS: "2",
    TICKWIRE_ADDRESS: "ws://env:2",
    TICKWIRE_WEBSOCKET_KEY: " k\n",
  };
  expect(await readSettings({}, env, home)).toMatchObject({
    broker: "futu",
    timeoutMs: 2,
    opend: { address: "ws://env:2", websocketKey: "k" },
  });
  expect(
    await readSettings({ broker: "longport", timeout: "3", address: "flag", rsaKey: "f.pem" }, env, home),
  ).toMatchObject({
    broker: "longport",
    timeoutMs: 3,
    opend: { address: "tcp://flag", rsaKeyFile: "f.pem" },
  });
});

test("LongPort's variables have two names, and go before the file", async () => {
  write({ longport: { appKey: "file", appSecret: "file", accessToken: "file" } });
  const env = {
    LONGPORT_APP_KEY: "a",
    LONGBRIDGE_APP_KEY: "b",
    LONGPORT_APP_SECRET: "",
    LONGPORT_QUOTE_WS_URL: "ws://q/v2",
  };
  expect((await readSettings({}, env, home)).longport).toMatchObject({
    appKey: "b",
    appSecret: "file",
    accessToken: "file",
    quoteUrl: "ws://q/v2",
  });
});

describe("a file that is wrong", () => {
  test.each([
    ['{ "opend": { "websocketKey": "top secret",\n } }', "it is not JSON, from line 2, column 2 on"],
    ['{ "opend": { "websocketKey": top secret } }', "it is not JSON"],
    [{ opend: { adress: "x" } }, 'opend: Unrecognized key: "adress"'],
    [{ broker: "ibkr" }, 'broker: Invalid option: expected one of "futu"|"longport"|"moomoo"'],
    [{ timeoutMs: 0.5 }, "timeoutMs: Invalid input: expected int, received number"],
    [{ longport: { appSecret: 7 } }, "longport.appSecret: Invalid input: expected string, received number"],
  ])("%j", async (content, problem) => {
    write(content);
    const error = await readSettings({}, {}, home).then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toBe(`[CLI_CONFIG] ${join(home, ".config/tickwire/config.json")}: ${problem}`);
    expect(error?.message).not.toContain("top secret");
  });
});

test("a name that is nearly one is told with it", async () => {
  write({ opend: { adress: "x" } });
  await expect(readSettings({}, {}, home)).rejects.toMatchObject({ fix: "did you mean address?" });
});

test("the file is where the system has such files", () => {
  expect(usualConfigFile({}, "/home/x")).toBe("/home/x/.config/tickwire/config.json");
  expect(usualConfigFile({ XDG_CONFIG_HOME: "/etc/x" }, "/home/x")).toBe("/etc/x/tickwire/config.json");
});

test("a file in a folder that is a file is not there", async () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  expect((await readSettings({}, { XDG_CONFIG_HOME: file }, home)).configFile).toBeUndefined();
});
