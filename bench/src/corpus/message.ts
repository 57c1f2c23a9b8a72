/** A message as plain data: field names of the schema, 64-bit integers as bigint, absent fields left out. */
export type Message = { readonly [field: string]: Value | undefined };
export type Value = string | number | bigint | boolean | Uint8Array | Message | readonly Value[];

/** Midnight of a day as the gateway writes it: the text and seconds since 1970, in the time zone of the market. */
export function day(daysSince1970: number, utcOffsetHours: number): { text: string; timestamp: number } {
  const text = new Date(daysSince1970 * 86_400_000).toISOString().slice(0, 10);
  return { text, timestamp: daysSince1970 * 86_400 - utcOffsetHours * 3600 };
}

/** A moment: the text in the time zone of the market, and seconds since 1970. */
export function moment(
  secondsSince1970: number,
  utcOffsetHours: number,
  decimals = 0,
): { text: string; timestamp: number } {
  const text = new Date((secondsSince1970 + utcOffsetHours * 3600) * 1000).toISOString().replace("T", " ");
  return {
    text: text.slice(0, decimals > 0 ? 20 + decimals : 19),
    timestamp: Number(secondsSince1970.toFixed(decimals)),
  };
}
