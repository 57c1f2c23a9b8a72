/**
 * `wall` is the time that passes. `cpu` is the processor time of all threads, so that what else runs on the machine counts
 * less.
 */
export type ClockName = "wall" | "cpu";
export type Clock = () => number;

/** Clocks in milliseconds. */
export const CLOCKS: Readonly<Record<ClockName, Clock>> = {
  wall: () => performance.now(),
  cpu: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
};
