export { type CleanProblem, type CleanProblemKind, NotCleanError } from "./clean.ts";
export { FixtureError, type FixtureIssue } from "./errors.ts";
export { FakeLongPort, type FakeLongPortOptions, type LongPortClientOptions } from "./fake-longport.ts";
export type { FakeLongPortSocket, LongPortSocketOptions } from "./fake-longport-socket.ts";
export { type AcceptedConnection, FakeOpenD } from "./fake-opend.ts";
export type { FakeOpenDOptions } from "./fake-opend-options.ts";
export type { FakeWebSocket } from "./fake-web-socket.ts";
export { parseFaults } from "./fault-schema.ts";
export { type OpenDFault, type OpenDFaultKind, OpenDFaults, openDFaultKinds } from "./faults.ts";
export type { Peer } from "./faulty-peer.ts";
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
export type { Handler, HandlerCall, HandlerReply, HandlerResult } from "./handler.ts";
export { type ReceivedRequest, RequestHistory } from "./history.ts";
export { type LongPortFault, type LongPortFaultKind, LongPortFaults, longPortFaultKinds } from "./longport-faults.ts";
export type {
  LongPortFixture,
  LongPortFixtureGroup,
  LongPortFixtureListGroup,
  LongPortFixtureMarketGroup,
  LongPortFixtureSecurity,
} from "./longport-fixture.ts";
export { defaultLongPortFixture, parseLongPortFixture } from "./longport-fixtures.ts";
export {
  type LongPortRequest,
  LongPortRequestHistory,
  LongPortSocketHistory,
  type LongPortSocketRequest,
} from "./longport-history.ts";
export type { LongPortOperation } from "./longport-operations.ts";
export { longPortFixtureFromRecording } from "./longport-recording-fixture.ts";
export {
  type LongPortSocketFault,
  type LongPortSocketFaultKind,
  LongPortSocketFaults,
  longPortSocketFaultKinds,
} from "./longport-socket-faults.ts";
export type { Holidays, MarketHours } from "./market-hours.ts";
export { memoryTransport } from "./memory-link.ts";
export type { PartialMessage } from "./partial-message.ts";
export {
  parseRecording,
  type RecordedClose,
  type RecordedEvent,
  type RecordedHttpReply,
  type RecordedHttpRequest,
  type RecordedNote,
  type RecordedOpen,
  type RecordedPush,
  type RecordedReply,
  type RecordedRequest,
  type Recording,
  type RecordingHeader,
} from "./recording.ts";
export { fixtureFromRecording } from "./recording-fixture.ts";
export { sensitiveFields } from "./redact.ts";
export { ReplayOpenD, type ReplayOptions, replay } from "./replay.ts";
export { ReplayLongPort, type ReplayLongPortOptions, replayLongPort } from "./replay-longport.ts";
export type { ReplayMode } from "./replay-script.ts";
export type { ReplyInit } from "./reply.ts";
export type {
  FixtureAccount,
  FixtureCash,
  FixtureCashFlow,
  FixtureFill,
  FixtureOrder,
  FixturePosition,
} from "./trade-fixture.ts";
export { VirtualClock, type VirtualClockOptions } from "./virtual-clock.ts";
