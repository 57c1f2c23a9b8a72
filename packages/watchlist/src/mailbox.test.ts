import { describe, expect, test, vi } from "vitest";
import { mailbox } from "./mailbox.ts";

const newest =
  <T>(value: T) =>
  () =>
    value;

describe("mailbox", () => {
  test("keeps the newest of each key in the order in which the keys came", async () => {
    const box = mailbox<string>(() => undefined);
    box.put("a", newest("a1"));
    box.put("b", newest("b1"));
    box.put("a", (unread) => `${unread} a2`);
    box.end();
    box.put("c", newest("too late"));
    const read: string[] = [];
    for await (const value of box) read.push(value);
    expect(read).toEqual(["a1 a2", "b1"]);
  });

  test("serves a reader that waits, one at a time", async () => {
    const box = mailbox<number>(() => undefined);
    const next = box.next();
    await expect(box.next()).rejects.toThrow("one reader");
    box.put("a", newest(1));
    expect(await next).toEqual({ value: 1, done: false });
  });

  test("tells an error once, behind what is unread; then it is over", async () => {
    const box = mailbox<number>(() => undefined);
    box.put("a", newest(1));
    box.end(new Error("gone"));
    box.end(new Error("again"));
    expect(await box.next()).toEqual({ value: 1, done: false });
    await expect(box.next()).rejects.toThrow("gone");
    expect(await box.next()).toEqual({ value: undefined, done: true });
  });

  test("leaving the loop, close and dispose tell it once, and end the wait", async () => {
    const onClose = vi.fn();
    const box = mailbox<number>(onClose);
    box.put("a", newest(1));
    for await (const _ of box) break;
    expect(onClose).toHaveBeenCalledTimes(1);
    await box.close();
    await box[Symbol.asyncDispose]();
    expect(onClose).toHaveBeenCalledTimes(1);

    const waiting = mailbox<number>(() => undefined);
    const next = waiting.next();
    await waiting.close();
    expect(await next).toEqual({ value: undefined, done: true });
  });
});
