/**
 * The member's name of an enum value, for people: `enumName(SecurityType, 3)` is `"Eqty"`. A value that this version does
 * not know is given as its number. Of several names for one value the first is given.
 */
export function enumName(type: Readonly<Record<string, number>>, value: number): string {
  for (const [name, known] of Object.entries(type)) if (known === value) return name;
  return String(value);
}
