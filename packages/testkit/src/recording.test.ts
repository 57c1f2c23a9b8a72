import { expect, test } from "vitest";
import { parseRecording } from "./recording.ts";

const header = '{"format":"tickwire-recording","version":1,"startedUnixMs":0,"dialect":"tcp","redacted":["accID"]}';
const open = '{"at":0,"conn":1,"event":"open"}';
const close = '{"at":5.5,"conn":1,"event":"close","by":"client"}';
const problemOf = (text: string): string => {
  try {
    parseRecording(text);
    return "none";
  } catch (error) {
    expect(error).toMatchObject({ code: "TESTKIT_RECORDING" });
    return (error as Error).message.replace("[TESTKIT_RECORDING] ", "");
  }
};

test("a recording, with and without its last line's end, and with empty lines", () => {
  for (const text of [
    `${header}\n${open}\n${close}\n`,
    `${header}\n${open}\n${close}`,
    `${header}\r\n${open}\r\n\r\n${close}\r\n`,
  ])
    expect(parseRecording(text)).toMatchObject({
      header: { dialect: "tcp", redacted: ["accID"] },
      events: [
        { event: "open", line: 2 },
        { event: "close", at: 5.5 },
      ],
      isCut: false,
    });
});

test("one that was cut off is read up to there, wherever the cut is", () => {
  const text = `${header}\n${open}\n${close}\n`;
  for (let end = header.length + 2; end < text.length; end++) {
    const { events, isCut } = parseRecording(text.slice(0, end));
    const whole = [open, close].filter(
      (_, index) => end >= [header, open, close].slice(0, index + 2).join("\n").length,
    );
    expect(events).toHaveLength(whole.length);
    expect(isCut).toBe(
      ![header.length + 1, `${header}\n${open}`.length, `${header}\n${open}\n`.length, text.length - 1].includes(end),
    );
  }
});

test.each([
  [
    "an empty one",
    "",
    "line 1 of the recording: it is empty; a recording begins with its header: take a file of `record`",
  ],
  ["no JSON at the start", "hello\n", "line 1 of the recording: it is no JSON; restore the line, or take it out"],
  ["another file", '{"a":1}\n', /^line 1 of the recording: format: .*; mend the line, or record anew$/],
  [
    "another version",
    `${header.replace('"version":1', '"version":2')}\n`,
    "line 1 of the recording: its version is 2, this reads 1; take the testkit that wrote it",
  ],
  ["an unknown dialect", `${header.replace("tcp", "udp")}\n`, /^line 1 of the recording: dialect: /],
  [
    "damage in the middle",
    `${header}\n${open.slice(0, -3)}\n${close}\n`,
    "line 2 of the recording: it is no JSON; restore the line, or take it out",
  ],
  ["an unknown event", `${header}\n${open}\n{"at":1,"conn":1,"event":"sing"}\n`, /^line 3 of the recording: event: /],
  ["a missing number", `${header}\n{"at":1,"conn":1,"event":"request","id":1001}\n`, /^line 2 of the recording: n: /],
  [
    "a message that is none",
    `${header}\n{"at":1,"conn":1,"event":"request","n":1,"id":1001,"message":null}\n`,
    /^line 2 of the recording: message: /,
  ],
  ["a line that is no object", `${header}\n7\n`, /^line 2 of the recording: the line: /],
])("%s is refused, with its line and the fix", (_, text, problem) => {
  expect(problemOf(text)).toEqual(typeof problem === "string" ? problem : expect.stringMatching(problem));
});

test("an error repeats nothing of the line", () => {
  expect(problemOf(`${header}\n{"secret":"hunter2"\n${close}\n`)).not.toContain("hunter2");
});
