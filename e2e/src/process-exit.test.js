var __addDisposableResource =
  (this && this.__addDisposableResource) ||
  ((env, value, async) => {
    if (value !== null && value !== void 0) {
      if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
      var dispose, inner;
      if (async) {
        if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
        dispose = value[Symbol.asyncDispose];
      }
      if (dispose === void 0) {
        if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
        dispose = value[Symbol.dispose];
        if (async) inner = dispose;
      }
      if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
      if (inner)
        dispose = function () {
          try {
            inner.call(this);
          } catch (e) {
            return Promise.reject(e);
          }
        };
      env.stack.push({ value: value, dispose: dispose, async: async });
    } else if (async) {
      env.stack.push({ async: true });
    }
    return value;
  });
var __disposeResources =
  (this && this.__disposeResources) ||
  ((SuppressedError) => (env) => {
    function fail(e) {
      env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
      env.hasError = true;
    }
    var r,
      s = 0;
    function next() {
      while ((r = env.stack.pop())) {
        try {
          if (!r.async && s === 1) return ((s = 0), env.stack.push(r), Promise.resolve().then(next));
          if (r.dispose) {
            var result = r.dispose.call(r.value);
            if (r.async)
              return (
                (s |= 2),
                Promise.resolve(result).then(next, (e) => {
                  fail(e);
                  return next();
                })
              );
          } else s |= 1;
        } catch (e) {
          fail(e);
        }
      }
      if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
      if (env.hasError) throw env.error;
    }
    return next();
  })(
    typeof SuppressedError === "function"
      ? SuppressedError
      : (error, suppressed, message) => {
          var e = new Error(message);
          return ((e.name = "SuppressedError"), (e.error = error), (e.suppressed = suppressed), e);
        },
  );

// A program that closed its client ends by itself; one that lost its connection does not hang.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { QotGetUserSecurity } from "@tickwire/node-client";
import { FakeOpenD } from "@tickwire/testkit";
import { listen } from "@tickwire/testkit/node";
import { afterEach, beforeEach, expect, test } from "vitest";

let opend;
let server;
beforeEach(async () => {
  opend = new FakeOpenD();
  server = await listen(opend);
});
afterEach(async () => {
  await server.close();
  opend.close();
});
const program = join(import.meta.dirname, "fixtures/exit-program.ts");
/** Runs the program to its own end; what it printed, and its exit code. */
function run(...args) {
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  child.stdout.on("data", (chunk) => {
    printed += chunk;
  });
  return new Promise((resolve) => child.on("exit", (code) => resolve({ code, printed })));
}
test.each(["tcp", "ws"])("over %s, it ends after close()", async (dialect) => {
  expect(await run(server[dialect].url, "close")).toEqual({ code: 0, printed: "13 groups\n" });
});
test.each(["tcp", "ws"])("over %s, a request in flight rejects when the socket drops", async (dialect) => {
  const env_1 = { stack: [], error: void 0, hasError: false };
  try {
    const _ = __addDisposableResource(
      env_1,
      opend.on(QotGetUserSecurity, () => {
        opend.disconnect();
        return new Promise(() => {});
      }),
      false,
    );
    expect(await run(server[dialect].url, "drop")).toEqual({
      code: 0,
      printed: "13 groups\nOPEND_CONNECTION_LOST unknown\n",
    });
  } catch (e_1) {
    env_1.error = e_1;
    env_1.hasError = true;
  } finally {
    __disposeResources(env_1);
  }
});
