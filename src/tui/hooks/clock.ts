/** Where real time comes from: the only place of the terminal interface that reads a clock. Tests bring their own. */
export interface Clock {
  /** Calls back about every `millis` with the real time since the last call, until the returned function is called. */
  readonly every: (millis: number, callback: (elapsedMillis: number) => void) => () => void;
}

export const realClock: Clock = {
  every: (millis, callback) => {
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      callback(now - last);
      last = now;
    }, millis);
    return () => {
      clearInterval(timer);
    };
  },
};
