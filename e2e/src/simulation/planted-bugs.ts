import type { PlantedBug } from "./plant.ts";

/** Bugs that the simulation has to find: the first are likely ones, the last are real ones that it has found. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a write is sent again after a lost connection",
    file: "call.ts",
    find: `error.outcome === "not-sent" || this.#isRepeatable`,
    replace: `error.outcome === "not-sent" || this.#settings.retry === "reads"`,
  },
  {
    name: "a listener stays on the signal of an answered request",
    file: "connection.ts",
    find: `            signal?.removeEventListener("abort", onAbort);
            over?.(true);`,
    replace: `            over?.(true);`,
  },
  {
    name: "a listener stays on the signal of a failed request",
    file: "connection.ts",
    find: `            signal?.removeEventListener("abort", onAbort);
            waiting.delete(pending);`,
    replace: `            waiting.delete(pending);`,
  },
  {
    name: "a reply is matched by its number alone",
    file: "in-flight.ts",
    find: `if (request?.protoId !== protoId) return undefined;`,
    replace: `if (request === undefined) return undefined;`,
  },
  {
    name: "numbers are used again",
    file: "connection.ts",
    find: `serialNo = nextSerial();`,
    replace: `serialNo = (nextSerial() % 64) + 1;`,
  },
  {
    name: "a late reply settles a later request",
    file: "connection.ts",
    find: `inFlight.take(protoId, serialNo);
    if (pending === undefined) {`,
    replace: `(inFlight.take(protoId, serialNo) ?? inFlight.take(protoId, serialNo + 1));
    if (pending === undefined) {`,
  },
  {
    name: "frames are written although the link is full",
    file: "connection.ts",
    find: `if (!writable || link === undefined) {`,
    replace: `if (link === undefined) {`,
  },
  {
    name: "any number of requests is under way",
    file: "connection.ts",
    find: `if (inFlight.size >= maxInFlight && !beyondLimit)`,
    replace: `if (inFlight.size >= maxInFlight * 100 && !beyondLimit)`,
  },
  {
    name: "any number of requests waits",
    file: "call.ts",
    find: `return waiting >= settings.maxQueued;`,
    replace: `return waiting > settings.maxQueued;`,
  },
  {
    name: "a connection is waited for beyond the deadline",
    file: "hold.ts",
    find: `alarm.set(deadline);`,
    replace: `alarm.set(deadline + 1000);`,
  },
  {
    name: "what waits for a connection is forgotten at close",
    file: "session.ts",
    find: `    waiters.reject(error);
`,
    replace: ``,
  },
  {
    name: "two tries to connect at once",
    file: "session.ts",
    find: `        if (retryTimer === undefined) return;
        retryTimer.cancel();`,
    replace: `        retryTimer?.cancel();`,
  },
  {
    name: "the timer of the next try is left at close",
    file: "session.ts",
    find: `    retryTimer?.cancel();
    wakes?.cancel();`,
    replace: `    wakes?.cancel();`,
  },
  {
    name: "the listener for waking up is left at close",
    file: "session.ts",
    find: `    wakes?.cancel();
`,
    replace: ``,
  },
  {
    name: "no delay between tries",
    file: "session.ts",
    find: `void tryOnce(), delayMs);`,
    replace: `void tryOnce(), 0);`,
  },
  {
    name: "delays are never reset",
    file: "session.ts",
    find: `if (clock.now() - readyAt >= stableAfterMs) backoff.reset();`,
    replace: ``,
  },
  {
    name: "a silent peer is asked and never given up",
    file: "liveness.ts",
    find: `if (now >= deadAt()) {`,
    replace: `if (now < 0) {`,
  },
  {
    name: "a peer that need not speak is not asked",
    file: "liveness.ts",
    find: `if (keepAliveMs !== undefined || silentMs >= intervalMs) beat();`,
    replace: `if (keepAliveMs !== undefined && silentMs < 0) beat();`,
  },
  {
    name: "heartbeats go on after a lost connection",
    file: "session.ts",
    find: `    liveness?.stop();
    liveness = undefined;`,
    replace: `    liveness = undefined;`,
  },
  {
    name: "the pacer's slot is free again when its call starts",
    file: "pacer.ts",
    find: `    this.#running += 1;
    this.#gapEnd = now + this.#gapMs;`,
    replace: `    this.#frees.push(now + this.#holdMs);
    this.#gapEnd = now + this.#gapMs;
    return () => this.#next();`,
  },
  {
    name: "a request that was given up leaves no trace in the pacer",
    file: "connection.ts",
    find: `if (over !== undefined) givenUp.push(pending);`,
    replace: `over?.(false);`,
  },
  {
    name: "the slot of a request that was given up is never free again",
    file: "connection.ts",
    find: `if (over !== undefined) givenUp.push(pending);`,
    replace: ``,
  },
  {
    name: "nothing is subscribed again",
    file: "subscriptions.ts",
    find: `    await this.#restore();
    this.#work();`,
    replace: `    await Promise.resolve();`,
  },
  {
    name: "subscriptions are believed to outlive their connection",
    file: "subscriptions.ts",
    find: `Object.assign(unit, { since: undefined, isThere: false });`,
    replace: `unit.isRefused = false;`,
  },
  {
    name: "the end of one stream ends what another wants",
    file: "subscriptions.ts",
    find: `for (const unit of this.#unitsOf(subjects)) unit.wanted -= 1;`,
    replace: `for (const unit of this.#unitsOf(subjects)) unit.wanted = 0;`,
  },
  {
    name: "what nobody wants is kept",
    file: "subscriptions.ts",
    find: `for (const batch of batchesOf(left)) void this.#unsubscribe(batch);`,
    replace: ``,
  },
  {
    name: "no gap is told",
    file: "push-router.ts",
    find: `for (const sink of sinks) sink.gap(downMs);`,
    replace: `for (const sink of sinks.slice(1)) sink.gap(downMs);`,
  },
  {
    name: "the bound of a stream's buffer is not kept",
    file: "push-stream.ts",
    find: `      buffer.shift();
      drop();`,
    replace: `      drop();`,
  },
  {
    name: "a read that is over is still joined",
    file: "requests.ts",
    find: `running.then(forget, forget);`,
    replace: `running.then(() => undefined, forget);`,
  },
  {
    name: "a damaged body is taken",
    file: "wire-tcp.ts",
    find: `return { ...frame, damage: error };`,
    replace: `return frame;`,
  },
  {
    name: "found: closing leaves the queue of the pacer",
    file: "call.ts",
    find: `      ownerSignal: session.signal,
`,
    replace: ``,
  },
  {
    name: "found: a silence is compared otherwise than it is waited for",
    seed: 137,
    file: "liveness.ts",
    find: `if (now >= deadAt()) {`,
    replace: `if (silentMs >= patienceMs) {`,
  },
  {
    name: "found: a stale stream waits for a trifle, again and again",
    seed: 25,
    file: "delivery.ts",
    find: `isStale = now >= heardAt + staleAfterMs;`,
    replace: `isStale = now - heardAt >= staleAfterMs;`,
  },
  {
    name: "found: a stream that overflows while it is subscribed gives up twice",
    file: "client.ts",
    find: `      await handle.close();`,
    replace: `      this.#subscriptions.remove(subjects);
      await handle.close();`,
  },
  {
    name: "found: an end hides that it was asked for again",
    seed: 25,
    file: "subscriptions.ts",
    find: `unit.since = unit.asked === asked[i] ? undefined : now;`,
    replace: `unit.since = undefined;`,
  },
  {
    name: "found: a refused batch costs a unit that was asked for beside it",
    seed: 108,
    file: "subscriptions.ts",
    find: `if (units.length < batch.length) {`,
    replace: `if (units.length === 0) {`,
  },
  {
    name: "found: what may be subscribed again is not asked for again",
    seed: 134,
    file: "subscriptions.ts",
    find: `isRefused, isThere }: Unit): boolean {`,
    replace: `isRefused, isThere, since }: Unit): boolean {
    isThere ||= since !== undefined;`,
  },
  {
    name: "found: a stream that has ended while it was subscribed in vain is never given up",
    seed: 433,
    file: "subscriptions.ts",
    find: `    this.#work();
    if (error !== undefined) throw error;`,
    replace: `    if (error !== undefined) throw error;
    this.#work();`,
  },
];
