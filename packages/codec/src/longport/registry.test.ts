import { expect, test } from "vitest";
import { ControlCommand, commands, decodeBody, encodeBody, QuoteCommand } from "../longport.ts";

test("there is a command for every number that the schema names, under its name", () => {
  const { HEART_BEAT: _, AUTH: __, RECONNECT: ___, UNKNOWN_COMMAND: ____, ...quote } = QuoteCommand;
  const named = { ...ControlCommand, ...quote };
  expect(Object.fromEntries([...commands.values()].map(({ command }) => [command.name, command.code]))).toEqual(named);
  for (const [code, { command }] of commands) expect(command.code).toBe(code);
});

test.each([...commands.values()])(
  "$command.name is written and read by the other side",
  ({ command, decode, encode }) => {
    expect(command.kind === "push").toBe(decode === undefined);
    // Each side reads what the other has to write at least: nothing.
    const answer = decodeBody<unknown>(command, encodeBody({ encode }, {}));
    expect(encodeBody({ encode }, answer)).toHaveLength(0);
    if (command.kind === "push" || decode === undefined) return;
    const request = decodeBody<unknown>({ decode }, encodeBody(command, {} as never));
    expect(encodeBody(command, request as never)).toHaveLength(0);
  },
);
