export { rsaCiphers } from "./ciphers.ts";
export { type ProgramIo, runFake } from "./fake-program.ts";
export { type Listening, type ListenOptions, listen } from "./listen.ts";
export type { ListenAddress } from "./listeners.ts";
export { listeningHarness } from "./listening-harness.ts";
export { type ListenLongPortOptions, type LongPortListening, listenLongPort } from "./longport-listener.ts";
export { type RecordingProxy, type RecordOptions, record } from "./record.ts";
export type { TlsOptions } from "./ws-listener.ts";
