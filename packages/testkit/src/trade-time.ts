/** `yyyy-MM-dd HH:mm:ss`, with or without milliseconds. Texts of this form are in the order of their times. */
export const TRADE_TIME: RegExp = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/;

/** A market's time in Unix seconds. */
export function unixSeconds(time: string, timeZone: string): number {
  const asUtcMs = Date.parse(`${time.replace(" ", "T")}Z`);
  // What the zone is ahead of UTC, looked up twice: the first look may be on the other side of a change of the clocks.
  const near = asUtcMs - aheadMs(asUtcMs, timeZone);
  return (asUtcMs - aheadMs(near, timeZone)) / 1000;
}

function aheadMs(unixMs: number, timeZone: string): number {
  const whole = Math.floor(unixMs / 1000) * 1000;
  const local = new Date(whole).toLocaleString("sv-SE", { timeZone });
  return Date.parse(`${local.replace(" ", "T")}Z`) - whole;
}
