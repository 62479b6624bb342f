import { useCallback, useRef, useState } from "react";
import type { Model } from "../state/model.ts";
import { openingState, reduce } from "../state/reduce.ts";
import type { Message, TuiState } from "../state/state.ts";

export interface Tui {
  readonly state: TuiState;
  /** The state with every message that was sent, rendered or not. */
  readonly current: () => TuiState;
  readonly send: (message: Message) => void;
}

/** The one store of the interface. The newest state is at hand at once, as several keys may come before a frame. */
export function useTui(model: Model): Tui {
  const [state, setState] = useState(() => openingState(model));
  const newest = useRef(state);
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
