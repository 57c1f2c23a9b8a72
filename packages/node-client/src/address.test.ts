import { OpenDError } from "@tickwire/session";
import { describe, expect, test } from "vitest";
import { parseAddress } from "./address.ts";

test.each<[string, string, number]>([
  ["tcp://127.0.0.1:11111", "127.0.0.1", 11_111],
  ["tcp://127.0.0.1:22222", "127.0.0.1", 22_222],
  ["tcp://127.0.0.1", "127.0.0.1", 11_111],
  ["tcp://127.0.0.1/", "127.0.0.1", 11_111],
  ["tcp://127.0.0.1:22222/", "127.0.0.1", 22_222],
  ["TCP://opend.example:1", "opend.example", 1],
  ["127.0.0.1:65535", "127.0.0.1", 65_535],
  ["127.0.0.1", "127.0.0.1", 11_111],
  ["localhost", "localhost", 11_111],
  ["localhost:33333", "localhost", 33_333],
  ["my-opend_1.lan", "my-opend_1.lan", 11_111],
  ["tcp://[::1]:22222", "::1", 22_222],
  ["tcp://[::1]", "::1", 11_111],
  ["[fe80::1]", "fe80::1", 11_111],
  ["[::80]", "::80", 11_111],
  ["tcp://host:80", "host", 80],
  ["tcp://host:80/", "host", 80],
  ["host:0080", "host", 80],
  ["[::1]:80", "::1", 80],
  ["host:443", "host", 443],
  ["host:1180", "host", 1180],
])("%s", (text, host, port) => {
  expect(parseAddress(text)).toEqual({ host, port });
});

function refusalOf(text: string): OpenDError {
  try {
    parseAddress(text);
  } catch (error) {
    if (error instanceof OpenDError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe("refuses, with how to write it,", () => {
  test.each([
    "",
    "tcp://",
    ":11111",
    "tcp://:11111",
    "host:port",
    "host:65536",
    "host:-1",
    "host:1:2",
    "::1",
    "fe80::80",
    "a host",
    "tcp://host/path",
    "http://host",
    "https://host:11111",
    "tls://host",
    "tcp:host",
  ])("%j", (text) => {
    const error = refusalOf(text);
    expect(error).toMatchObject({ code: "OPEND_INVALID_ARGUMENT", outcome: "not-sent", retryable: false });
    expect(error.message).toContain(JSON.stringify(text));
    expect(error.message).toContain('write it as "tcp://127.0.0.1:11111"');
  });
});

test("refuses port 0", () => {
  expect(refusalOf("host:0").message).toContain("the port must be from 1 to 65535");
});

test.each(["ws://127.0.0.1:33333", "wss://host", "WS://host"])("sends %s to the other package", (text) => {
  expect(refusalOf(text).message).toContain("use @tickwire/web-client");
});

test.each([
  "tcp://user:hunter2@host",
  "hunter2@host",
  "tcp://host/?key=hunter2",
  "tcp://host#hunter2",
  "ws://host?key=hunter2",
  "tcp://user:hunter2@host:port",
])("refuses a secret, and keeps it to itself: %s", (text) => {
  const error = refusalOf(text);
  expect(error.code).toBe("OPEND_INVALID_ARGUMENT");
  expect(JSON.stringify(error)).not.toContain("hunter2");
});
