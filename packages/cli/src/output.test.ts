import { expect, test } from "vitest";
import { type Column, type Io, Output } from "./output.ts";

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

test("what a broker sends in a line or as JSON cannot move the cursor either; colours may", () => {
  const { output: out, written } = output(true);
  out.line(`${out.paint("red", "a")}\tb\u001b[2J\u009b1mc`);
  out.jsonLine("\u009b1m");
  expect(written()).toBe('\u001b[31ma\u001b[39m\tb\ufffd[2J\ufffd1mc\n"\\u009b1m"\n');
});

test("where there is too little room, a table leaves out what is extra, then cuts what can be cut, then is too wide", () => {
  const rows = [["騰訊控股有限公司", "599", "09:30"]];
  const narrow = [
    { ...columns[0], room: "shrinking" as const },
    columns[1],
    { title: "UTC", text: (row: readonly string[]) => row[2] ?? "", room: "extra" as const },
  ] as Column<readonly string[]>[];
  const linesOf = (width: number) => output().output.tableText(narrow, rows, width).split("\n");
  expect(linesOf(30)[1]).toBe("騰訊控股有限公司    599  09:30");
  expect(linesOf(29)[1]).toBe("騰訊控股有限公司    599");
  expect(linesOf(22)[1]).toBe("騰訊控股有限公…    599");
  expect(linesOf(21)).toEqual(["name            price", "騰訊控股有限…     599"]);
  expect(linesOf(3)).toEqual(["name  price", "騰…     599"]);
});
