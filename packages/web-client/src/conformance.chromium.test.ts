import { conformance, type Harness, harness, type Peer } from "@tickwire/testkit/conformance";
import { describe, expect, test } from "vitest";
import { commands } from "vitest/browser";
import { connect } from "./index.ts";

/** The fake runs in Node; its peer is steered from here. */
async function remoteHarness(): Promise<Harness> {
  const { id, url } = await commands.startFake();
  const steer =
    <M extends keyof Peer>(method: M) =>
    (...args: Parameters<Peer[M]>) =>
      commands.steerFake(id, method, ...args) as ReturnType<Peer[M]>;
  const peer: Peer = {
    requests: steer("requests"),
    connections: steer("connections"),
    disconnect: steer("disconnect"),
    mute: steer("mute"),
    faults: steer("faults"),
    planned: steer("planned"),
    pushQuote: steer("pushQuote"),
    advance: steer("advance"),
  };
  return harness(
    peer,
    (clock) => connect(url, { clock }),
    () => commands.stopFake(id),
  );
}

describe("in Chromium, over WebSocket", () => {
  test.each(conformance)("$name", async ({ run }) => {
    await using session = await remoteHarness();
    await run(session);
  });

  test("a wrong key is told as such", async () => {
    const { id, url } = await commands.startFake({ websocketKey: "right" });
    await expect(connect(url, { websocketKey: "wrong" })).rejects.toMatchObject({ code: "OPEND_LOGIN_FAILED" });
    await using client = await connect(url, { websocketKey: "right" });
    expect(client.status().state).toBe("ready");
    await commands.stopFake(id);
  });

  test("a port where nothing listens is told as such", async () => {
    const { id, url } = await commands.startFake();
    await commands.stopFake(id);
    await expect(connect(url)).rejects.toMatchObject({ code: "OPEND_CONNECT_FAILED", retryable: true });
  });

  test("wss:// works with a certificate that the browser takes, and else is told what can be wrong", async () => {
    const { id, url } = await commands.startFake({ isSecure: true });
    expect(url).toMatch(/^wss:/);
    const client = await connect(url);
    expect(client.status().state).toBe("ready");
    await client.close();
    const { code, message } = await commands.failureOnPage("http://localhost", url);
    expect(code).toBe("OPEND_CONNECT_FAILED");
    const https = url.replace("wss", "https");
    expect(message).toContain(`OpenD needs a trusted certificate: open ${https} once in the browser`);
    await commands.stopFake(id);
  });

  test("a page of https: that may not open ws:// is told so", async () => {
    const { code, message } = await commands.failureOnPage("https://page.example", "ws://opend.example:33333");
    expect(code).toBe("OPEND_CONNECT_FAILED");
    expect(message).toContain("ws://opend.example:33333: no WebSocket could be opened (SecurityError");
    expect(message).toContain("An https: page may need wss://.");
  });
});
