import { useCallback, useRef, useState } from "react";
import type { Model } from "../state/model.ts";
import { reduce } from "../state/reduce.ts";
import { initialState, type Message, type TuiState } from "../state/state.ts";

export interface Tui {
  readonly state: TuiState;
  /** The state with every message that was sent, rendered or not. */
  readonly current: () => TuiState;
  readonly send: (message: Message) => void;
}

/** The one store of the interface. The newest state is at hand at once, as several keys may come before a frame. */
export function useTui(model: Model, start: TuiState = initialState): Tui {
  const newest = useRef(start);
  const [state, setState] = useState(start);
  const current = useCallback(() => newest.current, []);
  const send = useCallback(
    (message: Message) => {
      newest.current = reduce(model, newest.current, message);
      setState(newest.current);
    },
    [model],
  );
  return { state, current, send };
}
