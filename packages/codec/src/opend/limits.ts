/**
 * The largest body, in bytes, that a decoder takes unless told otherwise: 32 MiB. The gateway's own cap is not
 * documented; its largest known reply (a watchlist of 2,000 securities) is below 1 MiB.
 */
export const DEFAULT_MAX_BODY_BYTES = 33_554_432;
