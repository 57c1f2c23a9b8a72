const bytes = new ArrayBuffer(8);

/** Where a 64-bit integer is taken apart, and put together. */
export const signed: BigInt64Array = new BigInt64Array(bytes);
/** Its two unsigned halves, `LOW` and `HIGH`. */
export const halves: Uint32Array = new Uint32Array(bytes);

const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;
export const LOW: number = isLittleEndian ? 0 : 1;
export const HIGH: number = 1 - LOW;
