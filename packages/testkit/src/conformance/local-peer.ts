import { type BasicQot, parseSymbol, QotUpdateBasicQot } from "@tickwire/codec";
import type { FakeOpenD } from "../fake-opend.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import type { Peer } from "./harness.ts";

/**
 * Steers a fake in the same process.
 * @param settle Lets bytes that are under way arrive; for sockets, one turn of the event loop.
 */
export function localPeer(opend: FakeOpenD, clock: VirtualClock, settle: () => Promise<void>): Peer {
  return {
    async requests(protoId) {
      await settle();
      return opend.requests.all.filter((request) => request.protocol.id === protoId).length;
    },
    async connections() {
      await settle();
      return opend.connections;
    },
    async disconnect() {
      opend.disconnect();
      await settle();
    },
    async mute() {
      opend.mute();
    },
    async faults(...faults) {
      opend.faults.clear();
      opend.faults.add(...faults);
    },
    async planned() {
      await settle();
      return opend.faults.planned.map(({ kind }) => kind);
    },
    async pushQuote(symbol, price) {
      opend.push(QotUpdateBasicQot, { basicQotList: [quote(symbol, price)] });
      await settle();
    },
    async advance(ms) {
      await clock.advance(ms);
      await settle();
    },
  };
}

function quote(symbol: string, price: number): BasicQot {
  return {
    security: parseSymbol(symbol),
    isSuspended: false,
    listTime: "",
    priceSpread: 0.01,
    updateTime: "",
    highPrice: price,
    openPrice: price,
    lowPrice: price,
    curPrice: price,
    lastClosePrice: price,
    volume: 0n,
    turnover: 0,
    turnoverRate: 0,
    amplitude: 0,
  };
}
