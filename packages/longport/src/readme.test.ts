import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { forward } from "./testing/forward.ts";
import { json, ScriptedFetch } from "./testing/scripted-fetch.ts";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

describe("the server that signs", () => {
  const limited = json('{"code":429001}', 429, { "retry-after": "2", "x-trace-id": "t-1", "set-cookie": "a=b" });
  let server: ScriptedFetch;
  beforeEach(() => {
    server = new ScriptedFetch(limited);
    vi.stubGlobal("fetch", server.fetch);
  });
  afterEach(() => vi.unstubAllGlobals());

  const ask = (path: string, init: RequestInit = {}) =>
    forward(
      new Request(`https://my.example${path}`, { headers: { authorization: "mine" }, ...init }),
      (token) => token === "mine",
    );

  test("is what the README shows", () => {
    const [, code = "missing"] = read("./testing/forward.ts").split('from "../sign.ts";\n');
    expect(read("../README.md")).toContain(code);
  });

  test.each([
    "/longport/v1/watchlist/..%2f..%2fv1%2ftrade%2forder",
    "/longport/v1/watchlist/../trade/order",
    "/longport/v1/watchlist/groups/",
    "/longport/v1/trade/order",
    "/v1/watchlist/groups",
  ])("signs nothing for %s", async (path) => {
    expect((await ask(path)).status).toBe(404);
    expect(server.sent).toEqual([]);
  });

  test("signs nothing for a stranger", async () => {
    expect((await ask("/longport/v1/watchlist/groups", { headers: {} })).status).toBe(401);
    expect(server.sent).toEqual([]);
  });

  test("follows no redirect, and passes on what the client decides by", async () => {
    const reply = await ask("/longport/v1/watchlist/groups?id=1", { method: "DELETE" });
    expect(server.only.url.href).toBe("https://openapi.longportapp.com/v1/watchlist/groups?id=1");
    expect(server.only.init.redirect).toBe("manual");
    expect(reply.status).toBe(429);
    expect(Object.fromEntries(reply.headers)).toEqual({
      "content-type": "application/json",
      "retry-after": "2",
      "x-trace-id": "t-1",
    });
  });

  test("never signs two requests with the same time", async () => {
    await Promise.all(
      Array.from({ length: 5 }, () => ask("/longport/v1/watchlist/pinned", { method: "POST", body: "{}" })),
    );
    expect(new Set(server.sent.map(({ init }) => new Headers(init.headers).get("x-timestamp"))).size).toBe(5);
  });
});
