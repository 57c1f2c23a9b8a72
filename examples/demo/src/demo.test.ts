import { stripVTControlCharacters } from "node:util";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { expect, test } from "vitest";
import { demo } from "./demo.ts";
import { readOptions } from "./options.ts";
import { table } from "./table.ts";

/** What the demo prints, as plain lines. */
async function printed(...args: string[]): Promise<string[]> {
  const lines: string[] = [];
  await demo(readOptions(args), (text) => lines.push(...stripVTControlCharacters(text).split("\n")));
  return lines;
}

test("without flags it shows groups, one group, a change and three quotes, over both transports", async () => {
  const lines = await printed();
  expect(lines.filter((line) => /^(TCP|WebSocket) /.test(line))).toHaveLength(2);
  expect(lines.filter((line) => /^ {2}Starred +system$/.test(line))).toHaveLength(2);
  expect(lines).toContain("  HK.00700    Tencent                    100  Eqty       2004-06-16   54047868453564");
  expect(lines).toContain("Added US.FUTU: A has HK.HSImain, HK.00700, US.FUTU");
  expect(lines).toContain("Moved it out: A has HK.HSImain, HK.00700");
  const quotes = lines.slice(lines.indexOf("Quotes of HK.00700") + 1, lines.indexOf("Quotes of HK.00700") + 4);
  for (const quote of quotes) expect(quote).toMatch(/^ {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}[\d.]+$/);
  expect(lines).toContain("Created group 10086, 信息產業組");
  expect(lines.at(-1)).toMatch(/^ {2}AAPL\.US +Apple +US /);
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
