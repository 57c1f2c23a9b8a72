// The handler that `assertClean` proposes for a protocol that nothing answers: for each of them it compiles, and answers.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentShape, type MessageShape, protocols } from "@tickwire/codec/registry";
import { connect } from "@tickwire/node-client";
import { FakeOpenD, memoryTransport, type NotCleanError } from "@tickwire/testkit";
import { expect, test } from "vitest";
import { bin, makeFolder, run } from "./snippets/modules.ts";

/** A message with what it must have; what a client puts in itself is left out. */
const least = ({ fields }: MessageShape): object =>
  Object.fromEntries(
    fields
      .filter(({ name, isRequired }) => isRequired && name !== "packetID")
      .map(({ name, message, neutral }) => [name, message === undefined ? neutral : least(message)]),
  );

/** Asks for everything; refusals are for `assertClean` to tell. */
async function askAll(opend: FakeOpenD): Promise<void> {
  await using client = await connect(memoryTransport(opend, "tcp"), { pacing: "off" });
  for (const { protocol } of protocols.values()) {
    if (protocol.kind !== "request" || ["InitConnect", "InitWebSocket", "KeepAlive"].includes(protocol.name)) continue;
    const c2s = least(contentShape(protocol, "c2s")!);
    await client.request(protocol, c2s as never).catch(() => undefined);
  }
}

function problemsOf(opend: FakeOpenD): string[] {
  try {
    opend.assertClean();
    return [];
  } catch (error) {
    return (error as NotCleanError).problems.map(({ message }) => message);
  }
}

test("it compiles under strict TypeScript, and is all that a request needs", async () => {
  const bare = new FakeOpenD();
  await askAll(bare);
  const proposals = problemsOf(bare).map((message) => message.split("Write a handler:\n\n")[1] ?? "");
  expect(proposals.length).toBeGreaterThan(50);

  const folder = makeFolder();
  try {
    const files = proposals.map((code, index) => {
      const [imports, ...lines] = code.split("\n");
      const file = join(folder, `handler-${index}.ts`);
      const type = 'import type { FakeOpenD } from "@tickwire/testkit";';
      writeFileSync(file, [imports, type, "export default (opend: FakeOpenD): void => {", ...lines, "};"].join("\n"));
      return file;
    });
    const config = {
      extends: "../../tsconfig.json",
      compilerOptions: { noEmit: true, skipLibCheck: true },
      files,
      include: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { output } = await run(bin("tsc"), ["-p", ".", "--pretty", "false"], folder, 60_000);
    expect(output).toBe("");

    const opend = new FakeOpenD();
    for (const file of files) {
      const { default: answer } = (await import(/* @vite-ignore */ file)) as { default: (opend: FakeOpenD) => void };
      answer(opend);
    }
    await askAll(opend);
    expect(problemsOf(opend)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
