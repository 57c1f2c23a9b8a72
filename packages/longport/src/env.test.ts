import { afterEach, describe, expect, test, vi } from "vitest";
import { LongPort } from "./client.ts";
import { optionsFromEnv } from "./env.ts";
import { ok, ScriptedFetch } from "./testing/scripted-fetch.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
});

const complete = { LONGPORT_APP_KEY: "key", LONGPORT_APP_SECRET: "secret", LONGPORT_ACCESS_TOKEN: "token" };
const credentials = { appKey: "key", appSecret: "secret", accessToken: "token" };

describe("the environment", () => {
  test.each<[string, Record<string, string>, object]>([
    ["LONGPORT_ alone", {}, credentials],
    ["LONGBRIDGE_ goes first, one by one", { LONGBRIDGE_APP_KEY: "bridge" }, { ...credentials, appKey: "bridge" }],
    ["an empty one is as good as none", { LONGBRIDGE_APP_KEY: "", LONGPORT_REGION: " " }, credentials],
    ["a line break at the end does no harm", { LONGPORT_APP_SECRET: "secret\r\n" }, credentials],
    [
      "the others",
      { LONGPORT_HTTP_URL: "http://127.0.0.1:1/", LONGBRIDGE_REGION: "cn", LONGPORT_LANGUAGE: "zh-HK" },
      { ...credentials, baseUrl: "http://127.0.0.1:1/", region: "cn", language: "zh-HK" },
    ],
  ])("%s", (_, env, options) => {
    expect(optionsFromEnv({ ...complete, ...env })).toEqual(options);
  });

  test("options go before it", () => {
    const overrides = {
      accessToken: "mine",
      baseUrl: "http://mine.example",
      region: "HK",
      language: "en",
      retries: 0,
    } as const;
    const env = {
      ...complete,
      LONGPORT_HTTP_URL: "http://theirs.example",
      LONGPORT_REGION: "CN",
      LONGPORT_LANGUAGE: "zh-CN",
    };
    expect(optionsFromEnv(env, overrides)).toEqual({ ...credentials, ...overrides });
  });

  test.each(Object.keys(complete))("without %s it names it", (name) => {
    const [, rest] = name.split(/LONGPORT_/);
    expect(() => LongPort.fromEnv({ ...complete, [name]: undefined })).toThrow(
      expect.objectContaining({
        message: `[LONGPORT_CONFIG] the environment has no LONGPORT_${rest}, and no LONGBRIDGE_${rest} either`,
      }),
    );
  });

  test("a language that is not one is refused", () => {
    expect(() => LongPort.fromEnv({ ...complete, LONGPORT_LANGUAGE: "de" })).toThrow("language must be one of");
  });
});

test("the process's own is the default", async () => {
  for (const [name, value] of Object.entries(complete)) vi.stubEnv(name.replace("LONGPORT", "LONGBRIDGE"), value);
  const server = new ScriptedFetch(ok());
  await LongPort.fromEnv(undefined, { fetch: server.fetch }).watchlist.list();
  expect(server.only.headers.get("authorization")).toBe("token");
});

test("where there is no process, as in a browser, there is no environment", () => {
  vi.stubGlobal("process", undefined);
  expect(() => LongPort.fromEnv()).toThrow("the environment has no LONGPORT_APP_KEY");
});
