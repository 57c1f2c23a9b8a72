import { stripVTControlCharacters } from "node:util";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { beforeAll, describe, expect, test } from "vitest";
import { demo } from "./demo.ts";
import { readOptions } from "./options.ts";
import { table } from "./table.ts";

/** What the demo prints, as plain lines. */
async function printed(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await demo(readOptions(args), (text) => lines.push(...stripVTControlCharacters(text).split("\n")));
  return lines;
}

describe("without flags", () => {
  let lines: string[];
  beforeAll(async () => {
    lines = await printed();
  });

  test("it shows groups, one group, a change and three quotes, over both transports", () => {
    expect(lines.filter((line) => /^(TCP|WebSocket) /.test(line))).toHaveLength(2);
    expect(lines.filter((line) => /^ {2}Starred +system$/.test(line))).toHaveLength(2);
    expect(lines).toContain("  HK.00700    Tencent                    100  Eqty       2004-06-16   54047868453564");
    expect(lines).toContain("Added US.FUTU: A has HK.HSImain, HK.00700, US.FUTU");
    expect(lines).toContain("Moved it out: A has HK.HSImain, HK.00700");
    const quotes = lines.slice(lines.indexOf("Quotes of HK.00700") + 1, lines.indexOf("Quotes of HK.00700") + 4);
    for (const quote of quotes) expect(quote).toMatch(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}[\d.]+$/);
    expect(lines).toContain("Created group 10086, 信息產業組");
    expect(lines.some((line) => /^ {2}AAPL\.US +Apple +US /.test(line))).toBe(true);
  });

  const at = (start: string) => lines.findIndex((line) => line.startsWith(start));
  const group = ["700.HK", "9626.HK", "9988.HK", "HSI.HK", "14321.HK", "FUTU.US"];
  group.push("FUTU260116C175000.US", "600519.SH", "000001.SZ");

  test("a group of Futu's goes into a new one at LongPort: planned first, then done, told security by security", () => {
    expect(lines.slice(at("The plan") + 2, at("The plan") + 7)).toEqual([
      "  create",
      `  add     ${group.slice(0, 5).join(" ")}`,
      `  add     ${group.slice(5).join(" ")}`,
      "  left out         because",
      "  futu:HK.HSImain  HK.HSImain: LongPort has no futures",
    ]);
    const results = lines.slice(at("For real: complete") + 2, at("longport:From Futu has") - 1);
    expect(results).toEqual(group.map((symbol) => `  ${symbol.padEnd(20)}  add     done    -`));
    expect(lines).toContain(`longport:From Futu has ${group.join(", ")}`);
  });

  test("then quotes of both brokers come live", () => {
    const quotes = lines.slice(at("Live quotes") + 2);
    const row = (symbol: string, from: string) =>
      expect.stringMatching(new RegExp(`^ {2}${symbol} +${from} +[\\d.]+ {2}\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z +\\d+$`));
    expect(quotes).toHaveLength(group.length + 1);
    expect(quotes).toEqual(
      expect.arrayContaining([...group.map((symbol) => row(symbol, "LongPort")), row("futu:HK.HSImain", "Futu")]),
    );
  });
});

test("of another OpenD it shows the first custom group and changes nothing", async () => {
  const opend = new FakeOpenD({ websocketKey: "its key", quoteIntervalMs: 10 });
  await using server = await listen(opend);
  const ports = ["--port", String(server.tcp.port), "--ws-port", String(server.ws.port)];
  const lines = await printed("--host", "127.0.0.1", ...ports, "--websocket-key", "its key", "--wide");
  expect(lines).toContain("Group A");
  expect(
    lines
      .find((line) => line.includes("stockChildType"))
      ?.trim()
      .split(/ +/),
  ).toHaveLength(15);
  expect(lines.some((line) => line.startsWith("Added"))).toBe(false);
  opend.close();
});

test("a table aligns Chinese, which is twice as wide", () => {
  const columns = [
    { title: "name", text: (row: [string, string]) => row[0] },
    { title: "n", text: (row: [string, string]) => row[1], align: "right" as const },
  ];
  const rows: [string, string][] = [
    ["贵州茅台", "7"],
    ["Tencent", "12"],
  ];
  expect(stripVTControlCharacters(table(columns, rows)).split("\n")).toEqual([
    "  name       n",
    "  贵州茅台   7",
    "  Tencent   12",
  ]);
});

test("a wrong flag is told", () => {
  expect(() => readOptions(["--port", "0"])).toThrow("--port must be from 1 to 65535, got 0");
  expect(() => readOptions(["--what"])).toThrow("Unknown option '--what'");
});
