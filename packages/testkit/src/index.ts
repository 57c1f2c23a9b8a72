export type { Peer } from "./connection.ts";
export { FixtureError, type FixtureIssue } from "./errors.ts";
export {
  type AcceptedConnection,
  FakeOpenD,
  type FakeOpenDOptions,
  type Handler,
  type HandlerCall,
  type HandlerResult,
} from "./fake-opend.ts";
export type {
  Fixture,
  FixtureFuture,
  FixtureGateway,
  FixtureGroup,
  FixtureOption,
  FixtureQuote,
  FixtureSecurity,
  FixtureWarrant,
  Language,
  LocalText,
} from "./fixture.ts";
export { defaultFixture, parseFixture } from "./fixtures.ts";
export { type ReceivedRequest, RequestHistory } from "./history.ts";
export { memoryTransport } from "./memory-link.ts";
export type { ReplyInit } from "./reply.ts";
export { VirtualClock, type VirtualClockOptions } from "./virtual-clock.ts";
