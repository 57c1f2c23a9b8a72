import type { Fetch } from "../options.ts";

/** What was given to `fetch`. */
export interface Sent {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  /** UTF-8 as text; empty without a body. */
  readonly body: string;
  readonly init: RequestInit;
}

export type Answer = (sent: Sent) => Response | Promise<Response>;

/** A `fetch` that answers by a script; the last answer is given again and again. */
export class ScriptedFetch {
  readonly sent: Sent[] = [];
  /** Requests that will not be answered. */
  hanging = 0;
  readonly #answers: Answer[];

  constructor(...answers: Answer[]) {
    this.#answers = answers;
  }

  readonly fetch: Fetch = async (url, init) => {
    init.signal?.throwIfAborted();
    const body = init.body == null ? "" : new TextDecoder("utf-8", { fatal: true }).decode(init.body as Uint8Array);
    const sent = { method: init.method ?? "GET", url: new URL(url), headers: new Headers(init.headers), body, init };
    this.sent.push(sent);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer === undefined) throw new Error("the script has no answer");
    const response = answer(sent);
    if (response === never) this.hanging += 1;
    return response;
  };

  /** The only request so far. */
  get only(): Sent {
    const [sent] = this.sent;
    if (sent === undefined || this.sent.length > 1) throw new Error(`${this.sent.length} requests were sent`);
    return sent;
  }
}

const never = new Promise<Response>(() => undefined);

/** Takes no notice of anything, not even of the signal. */
export const hang: Answer = () => never;

/** Success, with this text as the data. */
export const ok = (data = "{}"): Answer => json(`{"code":0,"message":"","data":${data}}`);

export const json =
  (text: string, status = 200, headers: Record<string, string> = {}): Answer =>
  () =>
    new Response(text, { status, headers: { "content-type": "application/json", ...headers } });

/** An envelope with a refusal. */
export const refuse = (code: number, message: string, status: number, headers: Record<string, string> = {}): Answer =>
  json(JSON.stringify({ code, message, data: null }), status, headers);

/** Not an envelope. */
export const plain = (status: number, text: string, headers: Record<string, string> = {}): Answer => {
  return () => new Response(text, { status, headers: { "content-type": "text/html", ...headers } });
};

/** What `fetch` does where the connection ends, or, in a browser, for whatever reason. */
export const offline: Answer = () => {
  throw new TypeError("fetch failed", { cause: new Error("read ECONNRESET") });
};

/** What Node's `fetch` does where the connection fails, by the code of why. */
export const refused =
  (code: string): Answer =>
  () => {
    const cause = Object.assign(new Error(`connect ${code}`), { code });
    throw new TypeError("fetch failed", { cause });
  };

/** The connection ends within the body. */
export const cut: Answer = () => {
  const chunks = [new TextEncoder().encode('{"code":0,"da')];
  const body = new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk === undefined) controller.error(new TypeError("terminated"));
      else controller.enqueue(chunk);
    },
  });
  return new Response(body, { status: 200 });
};
