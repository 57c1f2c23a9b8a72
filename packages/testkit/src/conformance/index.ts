export { conformance } from "./cases.ts";
export type { ConformanceCase, Harness, Peer } from "./harness.ts";
export { harness, type LocalLink, localHarness, memoryHarness } from "./local-harness.ts";
export { localPeer } from "./local-peer.ts";
