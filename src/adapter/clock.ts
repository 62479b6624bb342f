/** The clock of the machine, as far as a run needs it: an argument, so that tests can wind it. */
export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Calls back once after so many milliseconds, unless it is cancelled before by what this returns. */
  readonly after: (millis: number, callback: () => void) => () => void;
}

/** A longer time-out fires at once in Node. */
const longestTimer = 2 ** 31 - 1;

export const machineClock: Clock = {
  now: () => Date.now(),
  after(millis, callback) {
    let timer: NodeJS.Timeout;
    const arm = (left: number) => {
      const step = Math.min(left, longestTimer);
      timer = setTimeout(() => (left > step ? arm(left - step) : callback()), Math.max(0, step));
    };
    arm(millis);
    return () => clearTimeout(timer);
  },
};
