import { expect, test } from "vitest";
import { listeners as makeListeners } from "./events.ts";

interface Events {
  tick: number;
  tock: string;
}

function setup() {
  const errors: unknown[] = [];
  const listeners = makeListeners<Events>((error, name) => errors.push([name, error]));
  const heard: unknown[] = [];
  return { listeners, errors, heard, hear: (event: unknown) => heard.push(event) };
}

test("calls the listeners of the event, in order", () => {
  const { listeners, heard } = setup();
  listeners.on("tick", (event) => heard.push(`first ${event}`));
  listeners.on("tick", (event) => heard.push(`second ${event}`));
  listeners.on("tock", () => heard.push("wrong"));
  listeners.emit("tick", 1);
  expect(heard).toEqual(["first 1", "second 1"]);
});

test("an event without a listener is no trouble", () => {
  const { listeners, heard } = setup();
  expect(() => listeners.emit("tick", 1)).not.toThrow();
  expect(heard).toEqual([]);
});

test("a listener that throws is told, and disturbs neither the others nor the emitter", () => {
  const { listeners, errors, heard, hear } = setup();
  const error = new Error("mine");
  listeners.on("tick", () => {
    throw error;
  });
  listeners.on("tick", hear);
  expect(() => listeners.emit("tick", 1)).not.toThrow();
  expect(heard).toEqual([1]);
  expect(errors).toEqual([["tick", error]]);
});

test("disposing removes the listener, by using as well", () => {
  const { listeners, heard, hear } = setup();
  const off = listeners.on("tick", hear);
  listeners.emit("tick", 1);
  off[Symbol.dispose]();
  off[Symbol.dispose]();
  listeners.emit("tick", 2);
  {
    using _ = listeners.on("tick", hear);
    listeners.emit("tick", 3);
  }
  listeners.emit("tick", 4);
  expect(heard).toEqual([1, 3]);
});

test("one listener added twice is called twice and removed once", () => {
  const { listeners, heard, hear } = setup();
  const off = listeners.on("tick", hear);
  listeners.on("tick", hear);
  listeners.emit("tick", 1);
  off[Symbol.dispose]();
  listeners.emit("tick", 2);
  expect(heard).toEqual([1, 1, 2]);
});

test("a listener added while an event is told hears the next one", () => {
  const { listeners, heard, hear } = setup();
  const off = listeners.on("tick", () => listeners.on("tick", hear));
  listeners.emit("tick", 1);
  off[Symbol.dispose]();
  listeners.emit("tick", 2);
  expect(heard).toEqual([2]);
});
