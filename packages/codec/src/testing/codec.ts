import { expect } from "vitest";
import { CodecError, type CodecErrorCode } from "../errors.ts";
import { Reader } from "../wire/reader.ts";
import { Writer } from "../wire/writer.ts";

/** All that an encoder writes. */
export function encode<T>(encodeX: (w: Writer, message: T) => void, message: T): Uint8Array {
  const writer = new Writer();
  encodeX(writer, message);
  return writer.finish();
}

/** All of the bytes as one message. */
export function decode<T>(decodeX: (r: Reader, end: number) => T, bytes: Uint8Array): T {
  const reader = new Reader(bytes);
  const message = decodeX(reader, bytes.length);
  expect(reader.pos).toBe(bytes.length);
  return message;
}

/** Runs what must throw a `CodecError` with this code, and gives the error. */
export function codecError(code: CodecErrorCode, run: () => unknown): CodecError {
  try {
    run();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    expect(error.code).toBe(code);
    return error;
  }
  throw new Error(`expected a CodecError ${code}, nothing was thrown`);
}

/** What becomes of bytes that anybody may have made: a value or a `CodecError`; any other error is thrown on. */
export function valueOrCodecError<T>(run: () => T): T | CodecError {
  try {
    return run();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}
