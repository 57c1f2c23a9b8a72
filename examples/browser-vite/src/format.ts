const decimals = new Map<number, Intl.NumberFormat>();
const percent = new Intl.NumberFormat(undefined, {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "exceptZero",
});
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat();
const clockTime = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", second: "2-digit" });

/** How many digits a price of this smallest step has behind the point: at least two, as people expect of money. */
export function digitsOf(spread: number): number {
  const [, fraction = ""] = String(spread).split(".");
  return Math.max(2, fraction.length);
}

function decimal(digits: number, isSigned: boolean): Intl.NumberFormat {
  const key = isSigned ? -digits : digits;
  const known = decimals.get(key);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat(undefined, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    signDisplay: isSigned ? "exceptZero" : "auto",
  });
  decimals.set(key, format);
  return format;
}

export const price = (value: number, digits: number): string => decimal(digits, false).format(value);
export const change = (value: number, digits: number): string => decimal(digits, true).format(value);
/** @param ratio 0.01 is 1 %. */
export const changePercent = (ratio: number): string => percent.format(ratio);
/** `1.84M`; of a 64-bit integer too. */
export const amount = (value: number | bigint): string => compact.format(value);
export const integer = (value: number | bigint): string => whole.format(value);
export const time = (unixMs: number): string => clockTime.format(unixMs);

/** `8 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The language of a name, for screen readers: those of mainland securities are Chinese in every setting of OpenD. */
export const languageOf = (name: string): string | undefined => (/\p{Script=Han}/u.test(name) ? "zh" : undefined);
