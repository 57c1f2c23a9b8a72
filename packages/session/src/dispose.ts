/** An object for `using`. */
export function disposable(dispose: () => void): Disposable {
  const object = { [Symbol.dispose]: dispose };
  polyfill(object, "dispose", dispose);
  return object;
}

/**
 * Gives an object the dispose method also where the runtime has no `Symbol.dispose` yet, under the symbol that compilers
 * fall back to.
 */
export function polyfill(object: object, name: "dispose" | "asyncDispose", value: () => unknown): void {
  if (Symbol[name] === undefined) Object.defineProperty(object, Symbol.for(`Symbol.${name}`), { value });
}
