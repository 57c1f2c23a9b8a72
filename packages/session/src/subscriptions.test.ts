import { SubType } from "@tickwire/codec";
import { describe, expect, test } from "vitest";
import { OpenDError } from "./errors.ts";
import { type SendSub, type Subjects, Subscriptions } from "./subscriptions.ts";
import { settle } from "./testing/manual-clock.ts";

const hk = (code: string) => ({ market: 1, code });
const subjects = (codes: string, subTypes: SubType[] = [SubType.Basic]): Subjects => ({
  securities: codes.split(" ").map(hk),
  subTypes,
});

/** Records what is sent as `+ 00700 00005 / 1`: plus or minus, codes, kinds of data. */
function setup(answer: (line: string) => Promise<unknown> = async () => undefined) {
  const sent: string[] = [];
  const options: unknown[] = [];
  const send: SendSub = (c2s, callOptions) => {
    const codes = c2s.securityList.map(({ code }) => code).join(" ");
    const line = `${c2s.isSubOrUnSub ? "+" : "-"} ${codes} / ${c2s.subTypeList.join(" ")}`;
    expect(c2s.isRegOrUnRegPush).toBe(c2s.isSubOrUnSub);
    sent.push(line);
    options.push(callOptions);
    return answer(line);
  };
  return { subscriptions: new Subscriptions(send), sent, options };
}

describe("subscribing", () => {
  test("asks for all securities and kinds at once, with the caller's options", async () => {
    const { subscriptions, sent, options } = setup();
    const call = { timeoutMs: 5 };
    await subscriptions.add(subjects("00700 00005", [SubType.Basic, SubType.Ticker]), call);
    expect(sent).toEqual([`+ 00700 00005 / ${SubType.Basic} ${SubType.Ticker}`]);
    expect(options).toEqual([call]);
  });

  test("asks again for what is subscribed already, so that its state is pushed first", async () => {
    const { subscriptions, sent } = setup();
    await subscriptions.add(subjects("00700"));
    await subscriptions.add(subjects("00700"));
    expect(sent).toEqual(["+ 00700 / 1", "+ 00700 / 1"]);
  });
});

describe("giving up", () => {
  test("unsubscribes when the last of several streams ends, and not before", async () => {
    const { subscriptions, sent } = setup();
    await subscriptions.add(subjects("00700"));
    await subscriptions.add(subjects("00700"));
    sent.length = 0;
    await subscriptions.remove(subjects("00700"));
    expect(sent).toEqual([]);
    await subscriptions.remove(subjects("00700"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("gives up only the securities that nobody else wants", async () => {
    const { subscriptions, sent } = setup();
    await subscriptions.add(subjects("00700 00005"));
    await subscriptions.add(subjects("00005 09988"));
    sent.length = 0;
    await subscriptions.remove(subjects("00700 00005"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("counts each kind of data on its own", async () => {
    const { subscriptions, sent } = setup();
    const both = [SubType.Basic, SubType.Ticker];
    await subscriptions.add(subjects("00700 00005", both));
    await subscriptions.add(subjects("00700", [SubType.Ticker]));
    sent.length = 0;
    await subscriptions.remove(subjects("00700 00005", both));
    expect(sent).toEqual([`- 00700 00005 / ${SubType.Basic}`, `- 00005 / ${SubType.Ticker}`]);
  });

  test("a security that was named twice is given up once", async () => {
    const { subscriptions, sent } = setup();
    await subscriptions.add(subjects("00700 00700"));
    sent.length = 0;
    await subscriptions.remove(subjects("00700 00700"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("does not take from a stream what it subscribed to meanwhile", async () => {
    let finish: (() => void) | undefined;
    const { subscriptions, sent } = setup((line) =>
      line.startsWith("-") && finish === undefined
        ? new Promise<void>((resolve) => {
            finish = resolve;
          })
        : Promise.resolve(),
    );
    await subscriptions.add(subjects("00700", [SubType.Basic, SubType.Ticker]));
    const removing = subscriptions.remove(subjects("00700", [SubType.Basic, SubType.Ticker]));
    await subscriptions.add(subjects("00700", [SubType.Ticker]));
    finish?.();
    await removing;
    expect(sent.at(-1)).toBe(`+ 00700 / ${SubType.Ticker}`);
  });

  test("a refusal of one kind does not keep the others, and is told", async () => {
    const tooEarly = new OpenDError("OPEND_SERVER", "too early");
    const { subscriptions, sent } = setup((line) =>
      line === `- 00700 / ${SubType.Basic}` ? Promise.reject(tooEarly) : Promise.resolve(),
    );
    const both = subjects("00700", [SubType.Basic, SubType.Ticker]);
    await subscriptions.add(both);
    sent.length = 0;
    await expect(subscriptions.remove(both)).rejects.toBe(tooEarly);
    expect(sent).toEqual([`- 00700 / ${SubType.Basic}`, `- 00700 / ${SubType.Ticker}`]);
  });
});

describe("a subscription that fails", () => {
  const refused = new OpenDError("OPEND_SERVER", "no quota");

  test("is not counted", async () => {
    let fail = false;
    const { subscriptions, sent } = setup(() => (fail ? Promise.reject(refused) : Promise.resolve()));
    await subscriptions.add(subjects("00700"));
    fail = true;
    await expect(subscriptions.add(subjects("00700 00005"))).rejects.toBe(refused);
    fail = false;
    sent.length = 0;
    await subscriptions.remove(subjects("00700"));
    expect(sent).toEqual(["- 00700 / 1"]);
  });

  test("does not take away what another stream got meanwhile", async () => {
    let reject: ((error: unknown) => void) | undefined;
    const { subscriptions, sent } = setup(() =>
      reject === undefined
        ? new Promise((_, no) => {
            reject = no;
          })
        : Promise.resolve(),
    );
    const failing = expect(subscriptions.add(subjects("00700"))).rejects.toBe(refused);
    await subscriptions.add(subjects("00700"));
    reject?.(refused);
    await failing;
    await settle();
    expect(sent).toEqual(["+ 00700 / 1", "+ 00700 / 1"]);
    await subscriptions.remove(subjects("00700"));
    expect(sent.at(-1)).toBe("- 00700 / 1");
  });
});
