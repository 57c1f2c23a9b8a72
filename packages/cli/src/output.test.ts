import { expect, test } from "vitest";
import { type Io, Output } from "./output.ts";

function output(colors = false): { output: Output; written: () => string } {
  let text = "";
  const io: Io = {
    out: (more) => {
      text += more;
    },
    err: () => undefined,
    stdin: undefined,
    isErrTerminal: false,
    colors: { out: colors, err: colors },
  };
  return { output: new Output(io, false), written: () => text };
}

const columns = [
  { title: "name", text: (row: readonly string[]) => row[0] ?? "" },
  { title: "price", text: (row: readonly string[]) => row[1] ?? "", align: "right" as const },
];

test("Chinese characters take two cells", () => {
  const { output: out } = output();
  expect(
    out.tableText(columns, [
      ["騰訊控股", "599"],
      ["AAPL", "1.5"],
      ["港股通🚀", "7"],
    ]),
  ).toBe(["name      price", "騰訊控股    599", "AAPL        1.5", "港股通🚀      7"].join("\n"));
});

test("colours change no width, and stay away where there are none", () => {
  const colored = columns.map((column) => ({ ...column, style: () => "red" as const }));
  const rows = [["a", "1"]];
  expect(output().output.tableText(colored, rows)).toBe("name  price\na         1");
  expect(output(true).output.tableText(colored, rows).split("\n")[1]).toBe(
    "\u001b[31ma\u001b[39m         \u001b[31m1\u001b[39m",
  );
});

test("what a broker sends cannot move the cursor", () => {
  expect(output().output.tableText(columns, [["a\u001b[2Jb\nc\r", "1"]])).toContain("a\ufffd[2Jb\ufffdc\ufffd");
});

test("64-bit integers stay exact", () => {
  const { output: out, written } = output();
  out.json({ id: 9007199254740993n });
  out.jsonLine([1n]);
  expect(written()).toBe('{\n  "id": "9007199254740993"\n}\n["1"]\n');
});
