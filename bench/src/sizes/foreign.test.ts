import { expect, test } from "vitest";
import { foreignProtocols } from "./foreign.ts";

const all = ["Qot_GetKL", "Qot_GetOrderBook", "Trd_PlaceOrder", "Notify"];
const find = (code: string) => foreignProtocols(code, all, "Qot_GetOrderBook");

test("finds the descriptor and the messages of another protocol", () => {
  expect(find('x={id:3006,name:"Qot_GetKL"}')).toEqual(["Qot_GetKL"]);
  expect(find("throw w(e,`Trd_PlaceOrder.C2S`,a)")).toEqual(["Trd_PlaceOrder"]);
  expect(find("['Notify.S2C']")).toEqual(["Notify"]);
});

test("takes neither the app's own protocol nor shared types nor longer names for one", () => {
  expect(find('["Qot_GetOrderBook","Qot_GetOrderBook.S2C","Qot_Common.Security","Qot_GetKLines","a Notify"]')).toEqual(
    [],
  );
});
