import { createHash } from "node:crypto";
import { expect, test, vi } from "vitest";

test("is SHA-1, by the portable hash first and by node:crypto then, which is loaded once", async () => {
  const load = vi.spyOn(process, "getBuiltinModule");
  const { nodeSha1 } = await import("./node-sha1.ts");
  const loaded: number[] = [];
  for (const length of [0, 4, 200, 65_332, 1, 4, 100_000]) {
    const bytes = new Uint8Array(length).map((_, i) => i * 7);
    const hash = nodeSha1(bytes);
    const text = typeof hash === "string" ? hash : String.fromCharCode(...hash);
    expect(text).toBe(createHash("sha1").update(bytes).digest("latin1"));
    loaded.push(load.mock.calls.length);
  }
  // The first 64 KiB, exactly, are hashed without it.
  expect(loaded).toEqual([0, 0, 0, 0, 1, 1, 1]);
  load.mockRestore();
});
