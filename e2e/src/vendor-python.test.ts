// The vendor's own Python client against the program `tickwire-fake`: its quote and its trade context. It needs a Python that
// has the package `futu`: `python3`, or the one that TICKWIRE_PYTHON names.
import { type ChildProcess, execFile, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const python = process.env["TICKWIRE_PYTHON"] ?? "python3";
const program = join(dirname(createRequire(import.meta.url).resolve("@tickwire/testkit/package.json")), "dist/fake.js");
const script = join(import.meta.dirname, "testing/vendor-contexts.py");
// The package writes its logs to the home folder.
const home = mkdtempSync(join(tmpdir(), "tickwire-python-"));
const env = { ...process.env, HOME: home };
const isThere = spawnSync(python, ["-c", "import futu"], { env }).status === 0;
afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Result {
  readonly code: number;
  readonly content: Record<string, unknown>[] | string | null;
}

describe.skipIf(!isThere)("the vendor's Python client (needs a Python with futu)", () => {
  let fake: ChildProcess;
  let results: Record<string, Result>;
  beforeAll(async () => {
    const args = ["--port", "0", "--ws-port", "0", "--fixture", "hong-kong-investor"];
    fake = fork(program, args, { stdio: ["ignore", "pipe", "ignore", "ipc"] });
    const [line] = (await once(fake.stdout!.setEncoding("utf8"), "data")) as [string];
    const { port } = (JSON.parse(line) as { tcp: { port: number } }).tcp;
    const answers = join(home, "answers.json");
    await promisify(execFile)(python, [script, String(port), answers], { env });
    results = JSON.parse(readFileSync(answers, "utf8"));
  });
  afterAll(async () => {
    fake.kill();
    await once(fake, "exit");
  });

  const columns = (name: string, ...keys: string[]) => {
    const { code, content } = results[name]!;
    if (code !== 0 || !Array.isArray(content)) throw new Error(`${name} was refused: ${content}`);
    return content.map((row) => keys.map((key) => row[key]));
  };

  test("reads watchlists and quotes", () => {
    expect(columns("groups", "group_name", "group_type").slice(7, 10)).toEqual([
      ["Bonds", "SYSTEM"],
      ["Tech 科技", "CUSTOM"],
      ["收息股", "CUSTOM"],
    ]);
    expect(columns("securities", "code", "name")).toEqual([
      ["HK.02800", "TRACKER FUND"],
      ["HK.03033", "CSOP HS TECH"],
    ]);
    expect(results["modify"]?.code).toBe(0);
    expect(results["subscribe"]?.code).toBe(0);
    expect(columns("quotes", "code", "last_price")).toEqual([["HK.00700", expect.closeTo(599, -2)]]);
  });

  test("starts its trade context, and unlocks", () => {
    expect(columns("accounts", "acc_id", "trd_env", "acc_type", "security_firm")).toEqual([
      // JSON rounds the last digit.
      [281_756_000_000_000_100, "REAL", "MARGIN", "FUTUSECURITIES"],
      [9_000_101, "SIMULATE", "CASH", "N/A"],
    ]);
    expect(results["wrongPassword"]).toMatchObject({ code: -1, content: expect.stringContaining("password is wrong") });
    expect(results["unlock"]?.code).toBe(0);
  });

  test("reads funds and positions", () => {
    const [[total, cash, marketVal, currency] = []] = columns(
      "funds",
      "total_assets",
      "cash",
      "market_val",
      "currency",
    );
    expect(currency).toBe("HKD");
    expect(total).toBeCloseTo(Number(cash) + Number(marketVal), 1);
    const [position = []] = columns("positions", "code", "qty", "market_val", "nominal_price");
    expect(position.slice(0, 2)).toEqual(["HK.00700", 600]);
    expect(position[2]).toBeCloseTo(600 * Number(position[3]));
    // In percent, both ways.
    for (const [ratio] of columns("winners", "pl_ratio")) expect(ratio).toBeGreaterThan(25);
    const winners = ["HK.00700", "HK.09988", "HK.00005", "HK.00939", "HK.02800", "US.FUTU"];
    expect(columns("winners", "code").flat()).toEqual(winners);
    expect(columns("paper", "code")).toEqual([["HK.00700"]]);
  });

  test("reads orders and fills", () => {
    expect(columns("orders", "code", "order_status", "dealt_qty").slice(0, 2)).toEqual([
      ["HK.00700", "FILLED_ALL", 200],
      ["HK.01810", "FILLED_PART", 800],
    ]);
    expect(columns("working", "code").flat()).toEqual(["HK.03690", "HK.14321"]);
    expect(columns("fills", "price", "counter_broker_id")).toEqual([
      [598, 5998],
      [598.5, 6998],
    ]);
    expect(columns("pastOrders", "code", "order_status")).toEqual([
      ["HK.00005", "FILLED_ALL"],
      ["SH.600519", "CANCELLED_PART"],
    ]);
    expect(columns("pastFills", "code").flat()).toEqual(["HK.00005", "HK.00005", "HK.58127", "SH.600519"]);
  });

  test("reads what can be traded, and is refused to trade", () => {
    expect(columns("quantities", "max_position_sell")).toEqual([[600]]);
    expect(columns("margin", "code", "im_long_ratio")).toEqual([["HK.00700", 50]]);
    expect(columns("cashFlow", "cashflow_direction", "cashflow_amount")).toEqual([["OUT", -15]]);
    expect(results["place"]).toMatchObject({ code: -1, content: expect.stringContaining("2202 has no answer") });
  });
});
