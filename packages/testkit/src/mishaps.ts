import { protocols } from "@tickwire/codec/registry";
import type { CleanProblem } from "./clean.ts";
import { handlerCode } from "./code.ts";

/** What has gone wrong in a fake that the test may not have noticed, because its client was only refused. */
export class Mishaps {
  /** Per protocol id: how often it was asked, and what for the first time. */
  readonly #unhandled = new Map<number, { count: number; readonly c2s: unknown }>();
  /** How often each failure was. */
  readonly #failures = new Map<string, number>();

  /** A request with neither a handler nor a built-in answer. */
  unhandled(protoId: number, c2s: unknown): void {
    const known = this.#unhandled.get(protoId);
    if (known === undefined) this.#unhandled.set(protoId, { count: 1, c2s });
    else known.count++;
  }

  /** A handler that threw, or whose reply cannot be encoded. */
  failed(protocol: string, problem: string): void {
    const failure = `the handler of ${protocol} failed: ${problem}`;
    this.#failures.set(failure, (this.#failures.get(failure) ?? 0) + 1);
  }

  get problems(): CleanProblem[] {
    return [
      ...[...this.#unhandled].map(([protoId, { count, c2s }]): CleanProblem => {
        const codec = protocols.get(protoId);
        const message =
          codec === undefined
            ? `protocol id ${protoId} was asked ${times(count)}, which is not in this version's registry of protocols`
            : `${codec.protocol.name} (${protoId}) was asked ${times(count)}, and nothing answers it. Write a handler:\n\n${handlerCode(codec, c2s)}\n`;
        return { kind: "unhandled-request", message };
      }),
      ...[...this.#failures].map(([failure, count]): CleanProblem => {
        return { kind: "handler-failed", message: count === 1 ? failure : `${failure} (${times(count)})` };
      }),
    ];
  }
}

const times = (count: number) => (count === 1 ? "once" : `${count} times`);
