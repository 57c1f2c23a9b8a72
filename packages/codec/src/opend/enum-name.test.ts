import { expect, test } from "vitest";
import { KLType, PacketEncAlgo, QotMarket, RetType, SecurityType } from "../gen/core.ts";
import { enumName } from "./enum-name.ts";

test("a known value has its member's name", () => {
  expect(enumName(SecurityType, SecurityType.Eqty)).toBe("Eqty");
  expect(enumName(QotMarket, 1)).toBe("HK_Security");
  expect(enumName(RetType, -400)).toBe("Unknown");
  expect(enumName(PacketEncAlgo, -1)).toBe("None");
  expect(enumName(KLType, KLType._1Min)).toBe("_1Min");
});

test("an unknown value is given as its number", () => {
  expect(enumName(RetType, 12345)).toBe("12345");
  expect(enumName(RetType, -2)).toBe("-2");
  expect(enumName({}, 0)).toBe("0");
});

test("of several names for one value the first is given", () => {
  expect(enumName({ First: 1, Second: 1 }, 1)).toBe("First");
});
