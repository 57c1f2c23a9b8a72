/** An object for `using`. */
export function disposable(dispose: () => void): Disposable {
  return addDispose({}, "dispose", dispose) as Disposable;
}

/**
 * Gives an object the method that `using` calls; where the runtime has no such symbol yet, under the one that compilers
 * fall back to.
 */
export function addDispose<T extends object>(object: T, name: "dispose" | "asyncDispose", value: () => unknown): T {
  return Object.defineProperty(object, Symbol[name] ?? Symbol.for(`Symbol.${name}`), { value });
}
